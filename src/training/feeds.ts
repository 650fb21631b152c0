import { createLoader, type Loader } from '../data/loader.ts';
import type { Geometry } from '../data/preprocess-spec.ts';
import type { Dataset, Sample, Split } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { cacheDir } from '../store/paths.ts';
import type { TrainConfig } from './config.ts';
import type { Feed } from './feed.ts';
import { growth } from './progressive.ts';

/** The loader of a recipe's training images: shuffled, augmented, without an incomplete last batch. */
export function trainingLoader(home: string, dataset: Dataset, config: TrainConfig, spec: Geometry): Loader {
  const { data, training } = config;
  return createLoader(dataset, {
    ...common(home, config, spec),
    split: 'train',
    batchSize: training.batchSize,
    sampling: data.sampling,
    subsample: data.subsample,
    augment: training.overfitBatches === null ? config.augment : null,
    limitBatches: training.overfitBatches ?? training.limitBatches,
    sizeAt: growth(training, spec),
  });
}

/** The loader of a split's images, or of some of them, as they are and in their own order. */
export function evaluationLoader(
  home: string,
  dataset: Dataset,
  config: TrainConfig,
  spec: Geometry,
  what: { split: Split; samples?: readonly Sample[]; limitBatches?: number | null },
): Loader {
  const { training } = config;
  const limited = what.limitBatches != null && what.samples === undefined;
  return createLoader(dataset, {
    ...common(home, config, spec),
    ...(limited ? { samples: classesInTurn(dataset.samples(what.split)) } : {}),
    batchSize: training.evaluationBatchSize ?? training.batchSize,
    shuffle: false,
    augment: null,
    ...what,
  });
}

/** The first batches of a split in its own order may hold one class alone, of which no AUROC can be had: classes take turns. */
export function classesInTurn(samples: readonly Sample[]): Sample[] {
  const queues = [...Map.groupBy(samples, (sample) => sample.label).values()];
  const longest = queues.reduce((most, queue) => Math.max(most, queue.length), 0);
  return Array.from({ length: longest }, (_, i) => queues.flatMap((queue) => queue[i] ?? [])).flat();
}

function common(home: string, { data, seed }: TrainConfig, spec: Geometry) {
  return { spec, seed, cacheDir: cacheDir(home), cacheBytes: data.cacheGigabytes * 1e9, workers: data.workers };
}

/** The batches of the first epoch in every epoch. */
export function repeated(feed: Feed): Feed {
  return { batchesPerEpoch: feed.batchesPerEpoch, epoch: (_n, options) => feed.epoch(0, options) };
}

/** Training samples per class, in the order of the classes. Throws DATA_INVALID when a split that is needed is empty. */
export function trainingCounts(dataset: Dataset): number[] {
  const { record } = dataset;
  for (const [split, words] of [
    ['train', 'training'],
    ['val', 'validation'],
  ] as const) {
    if (dataset.samples(split).length > 0) continue;
    throw new OslerError('DATA_INVALID', `Dataset ${record.name}@${record.version} has no ${words} samples.`, {
      hint: `Split it again: osler data split ${record.name} --help`,
    });
  }
  const counts = new Map<string, number>();
  for (const sample of dataset.samples('train')) counts.set(sample.label, (counts.get(sample.label) ?? 0) + 1);
  return record.classes.map((label) => counts.get(label) ?? 0);
}
