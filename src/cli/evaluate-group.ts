import { relative } from 'node:path';
import { leakCounts } from '../audit/guard.ts';
import type { Split } from '../data/sample.ts';
import { foldView } from '../data/split/fold-view.ts';
import { OslerError } from '../errors.ts';
import type { ClassDecision } from '../evaluation/decisions/spec.ts';
import { meansOf } from '../evaluation/repeats/repeats.ts';
import type { Views } from '../evaluation/views.ts';
import { checkViews } from '../pipeline/evaluated/find.ts';
import { measureGroup, repeatsFile } from '../pipeline/repeat/measure-group.ts';
import { openGroupDataset } from '../pipeline/repeat/train-group.ts';
import type { GroupRecord } from '../store/groups.ts';
import { stampWords } from '../store/leak-stamp.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { exposureLines } from './exposure-output.ts';
import { repeatsLines } from './repeats-output.ts';
import { subgroupLines } from './subgroups-output.ts';

interface Asked {
  split: Split;
  data?: string;
  positive?: string[] | null | undefined;
  rule?: string | undefined;
  decision?: ClassDecision | undefined;
  resamples?: number | undefined;
  seed?: number | undefined;
  views?: Views | undefined;
  subgroups?: string[] | 'all' | null;
}

/** Measures every run of a group on a split: mean, spread, and the interval of the mean. */
export async function evaluateGroup(group: GroupRecord, asked: Asked, { out, home, signal }: Context): Promise<void> {
  if (asked.data !== undefined) {
    throw new OslerError('USAGE', 'A group is measured on its dataset; --data is for a single run or bundle.', {
      hint: `Its runs: ${group.members.flatMap(({ run }) => (run === null ? [] : [run.slice(0, 12)])).join(', ')}`,
    });
  }
  const { split, positive, rule, decision, resamples, seed, views, subgroups = null } = asked;
  if (views !== undefined) checkViews(group, views);
  const dataset = await openGroupDataset(home, group);
  const result = await measureGroup(home, group, dataset, split, {
    onProgress: out.progress,
    signal,
    subgroups,
    ...(positive == null ? {} : { positive }),
    ...(rule === undefined ? {} : { rule }),
    ...(decision === undefined ? {} : { decision }),
    ...(resamples === undefined ? {} : { resamples }),
    ...(seed === undefined ? {} : { seed }),
    ...(views === undefined ? {} : { views }),
  });
  const path = repeatsFile(home, group.id, split);
  // Folds mend what crosses train and val, and leave test as it is.
  const view = group.kind === 'folds' ? foldView(dataset, { of: group.members.length, index: 0, seed: 0 }) : dataset;
  const { stamps } = view.record;
  const leaks = await leakCounts(view);
  for (const stamp of stampWords(stamps, leaks)) out.warn(`Stamped ${stamp}.`);
  for (const line of repeatsLines(result)) out.line(line);
  for (const line of subgroupLines(result, { tested: result.kind === 'folds' })) out.line(line);
  for (const line of exposureLines(meansOf(result))) out.line(line);
  out.line(`\nfile ${pc.cyan(relative(process.cwd(), path))}`);
  const { format: _, ...rest } = result;
  out.json({ group: group.id, chosen: group.chosen, ...rest, stamps, leaks, file: path });
}
