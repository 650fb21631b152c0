import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exposedSamples } from '../../audit/leaks.ts';
import type { Dataset, Split } from '../../data/sample.ts';
import { foldView } from '../../data/split/fold-view.ts';
import { OslerError } from '../../errors.ts';
import { positiveClasses } from '../../evaluation/check.ts';
import { calibrate } from '../../evaluation/decisions/calibration/apply.ts';
import { decideOn } from '../../evaluation/decisions/choose.ts';
import type { ClassDecision } from '../../evaluation/decisions/spec.ts';
import type { Decided } from '../../evaluation/measure.ts';
import { Measuring } from '../../evaluation/measuring.ts';
import { EvaluateOptions, type ResolvedOptions } from '../../evaluation/options.ts';
import type { Predictions } from '../../evaluation/predictions.ts';
import type { Member } from '../../evaluation/repeats/measure.ts';
import { joinFolds, writeOutOfFold } from '../../evaluation/repeats/out-of-fold.ts';
import { Repeats } from '../../evaluation/repeats/repeats.ts';
import { REPORT_FILES, renewReport } from '../../evaluation/report/write.ts';
import { viewsWords } from '../../evaluation/views.ts';
import { writeFileAtomic } from '../../store/files.ts';
import { type GroupRecord, memberName } from '../../store/groups.ts';
import { evaluationDir, groupDir } from '../../store/paths.ts';
import { TrainConfig, viewsOf } from '../../training/config.ts';
import { type InferOptions, inferSplit } from '../../training/infer.ts';
import { splitNotes } from '../evaluated/side.ts';
import { checkWhole } from './train-group.ts';

export interface MeasureGroupOptions extends InferOptions {
  resamples?: number;
  seed?: number;
  positive?: string[];
  rule?: string;
  decision?: ClassDecision;
  /** Columns to measure by, or all; null (the default) for none. */
  subgroups?: readonly string[] | 'all' | null;
}

/** Of a group, in its folder. */
export const outOfFoldFile = (home: string, id: string): string => join(groupDir(home, id), 'out-of-fold.jsonl');
export const repeatsFile = (home: string, id: string, split: string): string =>
  join(groupDir(home, id), 'evaluation', split, 'repeats.json');

/** What was measured of a group on a split; null where nothing was. Throws DATA_INVALID for a file that is none. */
export async function readRepeats(home: string, id: string, split: string): Promise<Repeats | null> {
  const path = repeatsFile(home, id, split);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return Repeats.parse(JSON.parse(text));
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${path} is no measurement of a group.`, {
      hint: `Make it again: osler evaluate ${id.slice(0, 12)} --split ${split}`,
      cause,
    });
  }
}

/**
 * Measures every member of a group on a split, and their mean and spread.
 *
 * - val: nothing is fitted (temperature 1, threshold 0.5, the likeliest class), as there is nothing else to fit on. For folds these are the predictions on
 *   samples that each network did not see; they are kept as out-of-fold predictions.
 * - test: calibration, operating point and rule for several classes of each member come from its own validation samples.
 *
 * Throws USAGE when a member is not trained yet.
 */
export async function measureGroup(
  home: string,
  group: GroupRecord,
  dataset: Dataset,
  split: Split,
  options: MeasureGroupOptions = {},
): Promise<Repeats> {
  const settings = settingsOf(group, split, options);
  const { views = viewsOf(group) } = options;
  const words = viewsWords(views);
  const members: Member[] = [];
  const notes: string[] = [
    ...(split === 'train' ? splitNotes({ split }) : []),
    ...(words === null ? [] : [`Views of each image: ${words}.`]),
  ];
  checkWhole(group);
  for (const [i, member] of group.members.entries()) {
    const { fold } = member;
    const run = member.run!;
    const name = memberName(group, member);
    const view = foldView(dataset, fold === null ? null : { of: group.members.length, index: fold, seed: 0 });
    const said = named({ ...options, views }, `${name} (${i + 1} of ${group.members.length})`);
    const predictions = await inferSplit(home, run, view, split, said);
    if (view.record.stamps.includes('leaky')) {
      const known = await exposedSamples(view);
      predictions.exposed = predictions.ids.map((id) => known.get(id) ?? null);
    }
    const validation = split === 'val' ? undefined : await inferSplit(home, run, view, 'val', said);
    members.push({ name, run, predictions, decided: decide(predictions, validation, settings, notes) });
  }
  await using measuring = new Measuring(options.signal);
  const apart = group.kind === 'folds' && split === 'val';
  // On test the folds' networks answer the same samples, as those of seeds do.
  const { metrics, values } = await measuring.spreads(apart ? 'folds' : 'seeds', members, settings);
  const joined = apart ? joinFolds(members.map(({ predictions }) => predictions)) : null;
  if (joined !== null) await writeOutOfFold(outOfFoldFile(home, group.id), joined);
  const [first] = members;
  const counted = joined ?? first!.predictions;
  const columns = options.subgroups ?? null;
  const together = joined === null ? null : (await measuring.measure(joined, joinDecided(members), settings)).metrics;
  const subgroups =
    columns === null
      ? null
      : joined === null || together === null
        ? await measuring.subgroupsOf(members, metrics, columns, settings)
        : await measuring.measureSubgroups(joined, joinDecided(members), { columns, overall: together });
  const result: Repeats = Repeats.parse({
    format: 'osler-repeats/1',
    kind: apart ? 'folds' : 'seeds',
    split,
    samples: counted.ids.length,
    groups: new Set(counted.groups).size,
    members: values,
    metrics,
    together,
    // Folds leave no sample of theirs to be known.
    exposure: apart ? null : await measuring.exposureOf(members, metrics, settings),
    subgroups,
    intervals: {
      method: apart ? 'bootstrap over groups within folds' : 'bootstrap over groups and trainings',
      level: 0.95,
      resamples: settings.resamples,
      seed: settings.seed,
    },
    notes: [...new Set(notes)],
  });
  const text = `${JSON.stringify(result, null, 1)}\n`;
  await writeFileAtomic(repeatsFile(home, group.id, split), text);
  // Each run's report shows it, the ones that were made already too.
  for (const { run } of members) {
    const folder = evaluationDir(home, run, split);
    await writeFileAtomic(join(folder, REPORT_FILES.repeats), text);
    await renewReport(folder);
  }
  return result;
}

function settingsOf(group: GroupRecord, split: Split, options: MeasureGroupOptions): ResolvedOptions {
  const { positive, rule, decision, resamples = 1000, seed = 0 } = options;
  const { evaluation } = TrainConfig.parse(group.config);
  return EvaluateOptions.parse({
    split,
    resamples,
    seed,
    positive: positive ?? evaluation.positive,
    decision: decision ?? evaluation.decision,
    ...(rule === undefined ? {} : { rule }),
  }) as ResolvedOptions;
}

function decide(
  predictions: Predictions,
  validation: Predictions | undefined,
  settings: ResolvedOptions,
  notes: string[],
): Decided {
  const { classes, logits } = predictions;
  const members = positiveClasses(classes, settings.positive);
  const fixed: ResolvedOptions = { ...settings, temperature: 1, rule: 'threshold=0.5', decision: 'likeliest' };
  const { calibrator, classRule, point } = decideOn(
    validation,
    classes,
    members,
    validation === undefined ? fixed : settings,
    notes,
  );
  const question = members === null || point === null ? null : { members, threshold: point.threshold };
  return {
    probabilities: calibrate(logits, classes.length, calibrator.applied),
    question,
    rule: classRule?.applied ?? null,
  };
}

/** Of the folds' samples one after the other. On validation all have the same threshold, and no rule. */
function joinDecided(members: readonly Member[]): Decided {
  const probabilities = Float64Array.from(members.flatMap(({ decided }) => Array.from(decided.probabilities)));
  return { ...members[0]!.decided, probabilities };
}

function named({ onProgress, signal, views }: InferOptions, name: string): InferOptions {
  return {
    ...(views === undefined ? {} : { views }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress: (p) => onProgress({ ...p, task: `${p.task}, ${name}` }) }),
  };
}
