import { join } from 'node:path';
import { judgeLabels } from '../audit/suspects/confident.ts';
import { LEAST_OF_CLASS, type Suspects } from '../audit/suspects/suspects.ts';
import { openDataset } from '../data/dataset.ts';
import type { Dataset, Sample, Split } from '../data/sample.ts';
import { foldView } from '../data/split/fold-view.ts';
import { softmax } from '../evaluation/metrics/softmax.ts';
import type { Predictions } from '../evaluation/predictions.ts';
import { readOutOfFold } from '../evaluation/repeats/out-of-fold.ts';
import { findGroup, type GroupRecord } from '../store/groups.ts';
import { groupDir, runDir } from '../store/paths.ts';
import type { RunRecord } from '../store/run.ts';
import type { Store } from '../store/store.ts';
import { TrainConfig } from '../training/config.ts';
import { type InferOptions, inferSplit } from '../training/infer.ts';
import { outOfFoldFile } from './repeat/measure-group.ts';
import { checkWhole, openGroupDataset } from './repeat/train-group.ts';

/** One network, or those of a group. */
export type Judges = { run: RunRecord } | { group: GroupRecord };

/** A run (id, beginning of it, name, `latest`) or a group of runs. Throws NOT_FOUND. */
export async function findJudges(store: Store, ref: string): Promise<Judges> {
  const group = await findGroup(store.home, ref);
  return group === null ? { run: await store.runs.get(ref) } : { group };
}

/** What they were trained on. Throws NOT_FOUND, and DATA_INVALID where it is another by now. */
export function datasetOfJudges(home: string, judges: Judges): Promise<Dataset> {
  if ('group' in judges) return openGroupDataset(home, judges.group);
  const { name, version } = judges.run.dataset;
  return openDataset(home, `${name}@${version}`);
}

/** Where what they suspect is kept. */
export function suspectsFolder(home: string, judges: Judges): string {
  const own = 'group' in judges ? groupDir(home, judges.group.id) : runDir(home, judges.run.id);
  return join(own, 'suspects');
}

/**
 * Judges the labels of a dataset by networks that were not trained on the sample judged (confident.ts): of folds every sample
 * (train and val by the fold that left it out, test by the mean of all), of seeds and of a single run those of val and test.
 * Throws USAGE for a group that is not trained to its end.
 */
export async function findSuspects(
  home: string,
  judges: Judges,
  dataset: Dataset,
  options: InferOptions = {},
): Promise<Suspects> {
  const { classes, name, version, digest } = dataset.record;
  const view = 'run' in judges ? foldView(dataset, TrainConfig.parse(judges.run.config).data.fold) : dataset;
  const parts =
    'run' in judges ? await byRun(home, judges.run, view, options) : await byGroup(home, judges.group, view, options);
  const byId = new Map(view.samples().map((sample) => [sample.id, sample]));
  const samples = parts.flatMap(({ ids }) => ids.map((id) => byId.get(id)!));
  const labels = Int32Array.from(samples, ({ label }) => classes.indexOf(label));
  const probabilities = joined(parts.map((part) => part.probabilities));
  const { thresholds, joint, estimatedErrors, suspects } = judgeLabels(
    labels,
    probabilities,
    classes.length,
    LEAST_OF_CLASS,
  );
  const judged: Record<string, number> = {};
  for (const { split } of samples) judged[split] = (judged[split] ?? 0) + 1;
  return {
    format: 'osler-suspects/1',
    dataset: { name, version, digest },
    source: sourceOf(judges),
    createdAt: new Date().toISOString(),
    judged,
    notJudged: view.samples().length - samples.length,
    classes,
    thresholds,
    joint,
    estimated: { errors: estimatedErrors, share: samples.length === 0 ? 0 : estimatedErrors / samples.length },
    suspects: suspects.map(({ index, suggested, margin }) => {
      const { id, split, label }: Sample = samples[index]!;
      const row = index * classes.length;
      return {
        id,
        split,
        label,
        suggested: classes[suggested]!,
        probability: probabilities[row + labels[index]!]!,
        suggestedProbability: probabilities[row + suggested]!,
        margin,
      };
    }),
    notes: weakness(labels, probabilities, classes.length),
  };
}

/** Networks that hardly tell the classes apart suspect everything and nothing. */
function weakness(labels: Int32Array, probabilities: Float64Array, classes: number): string[] {
  const right = new Array<number>(classes).fill(0);
  const all = new Array<number>(classes).fill(0);
  for (const [i, label] of labels.entries()) {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    all[label]! += 1;
    if (row.every((p) => p <= row[label]!)) right[label]! += 1;
  }
  const recalls = all.flatMap((n, k) => (n === 0 ? [] : [right[k]! / n]));
  const balanced = recalls.reduce((a, b) => a + b, 0) / Math.max(1, recalls.length);
  const chance = 1 / Math.max(1, recalls.length);
  if (recalls.length > 1 && balanced >= chance + 0.25 * (1 - chance)) return [];
  return [
    `The networks hardly tell the classes apart (balanced accuracy ${balanced.toFixed(2)} with ${recalls.length} classes): their suspicion says little. Train longer first.`,
  ];
}

interface Part {
  ids: string[];
  /** Row-major [samples, classes]. */
  probabilities: Float64Array;
}

async function byRun(home: string, run: RunRecord, view: Dataset, options: InferOptions): Promise<Part[]> {
  const parts: Part[] = [];
  for (const split of ['val', 'test'] as const) {
    if (view.samples(split).length > 0) parts.push(partOf(await inferSplit(home, run.id, view, split, options)));
  }
  return parts;
}

async function byGroup(home: string, group: GroupRecord, dataset: Dataset, options: InferOptions): Promise<Part[]> {
  checkWhole(group);
  const runs = group.members.map(({ run }) => run!);
  const mean = async (split: Split): Promise<Part[]> => {
    if (dataset.samples(split).length === 0) return [];
    const all: Part[] = [];
    for (const run of runs) all.push(partOf(await inferSplit(home, run, dataset, split, options)));
    return [meanOf(all)];
  };
  if (group.kind === 'seeds') return [...(await mean('val')), ...(await mean('test'))];
  return [partOf(await readOutOfFold(outOfFoldFile(home, group.id))), ...(await mean('test'))];
}

function partOf({ ids, logits, classes }: Predictions): Part {
  return { ids, probabilities: softmax(logits, classes.length, 1) };
}

/** Mean probabilities of several networks on the same samples. */
function meanOf(parts: readonly Part[]): Part {
  const { ids, probabilities: first } = parts[0]!;
  const sum = new Float64Array(first.length);
  for (const { probabilities } of parts) for (const [i, p] of probabilities.entries()) sum[i]! += p / parts.length;
  return { ids, probabilities: sum };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function sourceOf(judges: Judges): Suspects['source'] {
  if ('run' in judges) return { kind: 'run', id: judges.run.id, name: judges.run.name };
  return { kind: judges.group.kind, id: judges.group.id, name: judges.group.name };
}
