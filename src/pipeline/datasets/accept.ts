import { acceptLeaks } from '../../data/dataset.ts';
import type { Acceptance, DatasetRecord } from '../../data/sample.ts';
import { OslerError } from '../../errors.ts';
import type { Actor } from '../../store/registry/types.ts';
import type { Trail } from '../../store/trail.ts';

/** What a version is called in the audit trail. */
export const datasetSubject = ({ name, version }: Pick<DatasetRecord, 'name' | 'version'>): string =>
  `dataset ${name}@${version}`;

/**
 * Somebody takes a version's leaks on themselves. It is told the audit trail first: nothing takes effect that does not stand there.
 * Throws USAGE without a reason, and where nothing leaks.
 */
export async function acceptVersion(
  { home, trail }: { home: string; trail: Pick<Trail, 'append'> },
  record: DatasetRecord,
  said: Actor & { reason: string },
): Promise<Acceptance> {
  const { name, version, digest, leaks } = record;
  if (!record.stamps.includes('leaky')) {
    throw new OslerError('USAGE', `${name}@${version} does not leak: there is nothing to accept.`);
  }
  const reason = said.reason.trim();
  if (reason === '') {
    throw new OslerError('USAGE', 'Leaks are accepted for a reason, and none was given.', {
      hint: 'For instance: "published benchmark, compared with papers that used this split".',
    });
  }
  await trail.append({
    who: said.who,
    via: said.via,
    what: 'dataset.accept',
    subject: datasetSubject(record),
    why: reason,
    after: { digest, leaks },
  });
  return acceptLeaks(home, record, { reason, by: said.who });
}
