import type { Audit } from '../../audit/audit.ts';
import { amendDataset, type Decision } from '../../data/amend.ts';
import { findRecord } from '../../data/dataset.ts';
import { type ResplitOptions, resplitDataset } from '../../data/resplit.ts';
import type { DatasetRecord } from '../../data/sample.ts';
import type { Move } from '../../data/split/mend.ts';
import { OslerError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import { auditVersion, tellAcceptance } from './audit.ts';

/** Long work on a dataset, asked for from a page; `ref` is NAME@VERSION. */
export type DatasetWork =
  | { kind: 'audit'; ref: string; shortcut: boolean }
  /** After an acceptance: the audit's words follow. */
  | { kind: 'tell'; ref: string }
  | { kind: 'mend'; ref: string }
  | { kind: 'split'; ref: string; options: Omit<ResplitOptions, 'mend'> }
  /** `number`: the image's in the version, by which the trail tells of it. */
  | {
      kind: 'amend';
      ref: string;
      decisions: (Decision & { number: number })[];
      said: { by: string; reason: string };
    };

/** The version that there is now, and what its audit says. */
export interface WorkDone {
  name: string;
  version: number;
  /** No new version was made, as it would have been the same. */
  unchanged: boolean;
  moved: number;
  problems: number;
  warnings: number;
}

/** Does it, and audits what came of it. Throws what the stages throw. */
export async function workOnDataset(
  work: DatasetWork,
  deps: { home: string; onProgress: OnProgress; signal: AbortSignal },
): Promise<WorkDone> {
  const { onProgress } = deps;
  const made = async (
    task: string,
    make: () => Promise<{ record: DatasetRecord; unchanged: boolean; moved: Move[] }>,
  ): Promise<WorkDone> => {
    onProgress({ task, done: 0, total: 1 });
    const { record, unchanged, moved } = await make();
    onProgress({ task, done: 1, total: 1 });
    return outcome(record, await auditVersion(record, { shortcut: false }, deps), { unchanged, moved: moved.length });
  };
  switch (work.kind) {
    case 'audit': {
      const record = await findRecord(deps.home, work.ref);
      return outcome(record, await auditVersion(record, { shortcut: work.shortcut }, deps));
    }
    case 'tell': {
      const record = await findRecord(deps.home, work.ref);
      return outcome(record, await tellAcceptance(record, deps));
    }
    case 'mend':
      return made('mending the split', async () => {
        const { name, version, stamps } = await findRecord(deps.home, work.ref);
        if (stamps.includes('leaky')) return resplitDataset(work.ref, { mend: true }, deps);
        throw new OslerError('USAGE', `${name}@${version} does not leak: there is nothing to mend.`);
      });
    case 'split':
      return made('splitting anew', () => resplitDataset(work.ref, work.options, deps));
    case 'amend':
      return made('writing the decisions', () => amendDataset(work.ref, work.decisions, work.said, deps));
  }
}

function outcome(
  { name, version }: DatasetRecord,
  { findings }: Audit,
  { unchanged, moved }: { unchanged: boolean; moved: number } = { unchanged: true, moved: 0 },
): WorkDone {
  const count = (level: string): number => findings.filter((finding) => finding.level === level).length;
  return { name, version, unchanged, moved, problems: count('problem'), warnings: count('warning') };
}
