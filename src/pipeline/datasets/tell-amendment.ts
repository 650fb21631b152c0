import type { DatasetRecord } from '../../data/sample.ts';
import type { Actor } from '../../store/registry/types.ts';
import type { Trail } from '../../store/trail.ts';
import { datasetSubject } from './accept.ts';

/**
 * Tells the audit trail what somebody decides about a version's images, before it takes effect. By number and not by name: the trail is
 * for everybody who may read it, and for ever.
 */
export async function tellAmendment(
  trail: Pick<Trail, 'append'>,
  { name, version, digest }: Pick<DatasetRecord, 'name' | 'version' | 'digest'>,
  decisions: readonly { number: number; label?: string | undefined; out: boolean }[],
  { who, via, reason }: Actor & { reason: string },
): Promise<void> {
  await trail.append({
    who,
    via,
    what: 'dataset.amend',
    subject: datasetSubject({ name, version }),
    why: reason,
    after: { digest, decisions },
  });
}
