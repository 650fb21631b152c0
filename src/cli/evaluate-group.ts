import { relative } from 'node:path';
import type { Split } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { measureGroup, repeatsFile } from '../pipeline/repeat/measure-group.ts';
import { openGroupDataset } from '../pipeline/repeat/train-group.ts';
import type { GroupRecord } from '../store/groups.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { repeatsLines } from './repeats-output.ts';

interface Asked {
  split: Split;
  data?: string;
  positive?: string[] | null | undefined;
  rule?: string | undefined;
  resamples?: number | undefined;
  seed?: number | undefined;
}

/** Measures every run of a group on a split: mean, spread, and the interval of the mean. */
export async function evaluateGroup(group: GroupRecord, asked: Asked, { out, home, signal }: Context): Promise<void> {
  if (asked.data !== undefined) {
    throw new OslerError('USAGE', 'A group is measured on its dataset; --data is for a single run or bundle.', {
      hint: `Its runs: ${group.members.flatMap(({ run }) => (run === null ? [] : [run.slice(0, 12)])).join(', ')}`,
    });
  }
  const { split, positive, rule, resamples, seed } = asked;
  const dataset = await openGroupDataset(home, group);
  const result = await measureGroup(home, group, dataset, split, {
    onProgress: out.progress,
    signal,
    ...(positive == null ? {} : { positive }),
    ...(rule === undefined ? {} : { rule }),
    ...(resamples === undefined ? {} : { resamples }),
    ...(seed === undefined ? {} : { seed }),
  });
  const path = repeatsFile(home, group.id, split);
  const { stamps, leaks } = dataset.record;
  for (const stamp of stamps) out.warn(`Stamped ${stamp}.`);
  for (const line of repeatsLines(result)) out.line(line);
  out.line(`\nfile ${pc.cyan(relative(process.cwd(), path))}`);
  const { format: _, ...rest } = result;
  out.json({ group: group.id, chosen: group.chosen, ...rest, stamps, leaks, file: path });
}
