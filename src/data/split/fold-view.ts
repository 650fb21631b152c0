import { type Dataset, type Sample, type Split, unitOf } from '../sample.ts';
import { kfold } from './split.ts';

/** One of k folds of a dataset's train and val; `seed` decides how they are dealt. */
export interface Fold {
  of: number;
  /** From 0. */
  index: number;
  seed: number;
}

/**
 * The dataset with one of k folds of its train and val as val and the others as train; test stays as it is. Folds are stratified, and
 * what moves as one (patient, lesion, copies) is in one fold. The same fold of the same version has the same samples every time.
 * So a leak between the given train and val is mended: the stamp `leaky` stays only where something of test is in the folds.
 */
export function foldView(dataset: Dataset, fold: Fold | null): Dataset {
  if (fold === null) return dataset;
  const open = dataset.samples().filter(({ split }) => split !== 'test');
  const members = open.map(({ id, sha256, label, group, cluster }) => ({ id, sha256, label, group: cluster ?? group }));
  const folds = kfold(members, { folds: fold.of, seed: fold.seed });
  const places = new Map(open.map(({ id }, i): [string, Split] => [id, folds[i] === fold.index ? 'val' : 'train']));
  const all = dataset.samples().map((sample): Sample => ({ ...sample, split: places.get(sample.id) ?? sample.split }));
  const bySplit = Map.groupBy(all, ({ split }) => split);
  const { record } = dataset;
  const dealt = new Set(open.map(unitOf));
  const leaky = (bySplit.get('test') ?? []).some((sample) => dealt.has(unitOf(sample)));
  return {
    ...dataset,
    record: {
      ...record,
      stamps: leaky ? record.stamps : record.stamps.filter((stamp) => stamp !== 'leaky'),
      // Of the given parts; what of the folds crosses is counted when it is asked for.
      leaks: null,
      splits: { train: counts(bySplit.get('train')), val: counts(bySplit.get('val')), test: record.splits.test },
      split: { ...record.split, kind: 'fold', seed: fold.seed, folds: fold.of, fold: fold.index },
    },
    samples: (split) => (split === undefined ? all : (bySplit.get(split) ?? [])),
  };
}

function counts(samples: readonly Sample[] = []): Record<string, number> {
  const out: Record<string, number> = {};
  for (const { label } of samples) out[label] = (out[label] ?? 0) + 1;
  return out;
}
