import { basename, resolve } from 'node:path';
import { openDataset } from '../../data/dataset.ts';
import { type Dataset, type Sample, type Split, unitOf } from '../../data/sample.ts';
import { OslerError } from '../../errors.ts';
import { type Aligned, align, type Unaligned } from '../../evaluation/comparison/align.ts';
import type { Predictions } from '../../evaluation/predictions.ts';
import type { Workplace } from '../workplace.ts';
import type { Evaluated } from './find.ts';
import { withFolderDataset } from './folder.ts';

export interface Common extends Aligned {
  /** What was measured on, in words. */
  on: string;
  notes: string[];
  /** Paths of the samples' files, by id, where they are still there once the comparison is made. */
  paths: ReadonlyMap<string, string>;
}

interface Named {
  name: string;
  evaluated: Evaluated;
}

/**
 * The samples that all models answer: of one folder, of one dataset that was named, or of the split of each model's own dataset, as
 * far as they have it in common. What one of them has learnt from is never compared.
 */
export async function commonSamples(
  models: readonly Named[],
  options: { split: Split; data?: string; dataset?: string },
  ctx: Workplace,
): Promise<Common> {
  if (options.data !== undefined) return onFolder(models, options.data, ctx);
  if (options.dataset !== undefined) return onDataset(models, options.dataset, options.split, ctx);
  const datasets = models.map(({ name, evaluated }) => {
    if (evaluated.dataset !== null) return evaluated.dataset;
    throw new OslerError('NOT_FOUND', `The dataset that ${name} was trained on is not here.`, {
      hint: 'Name one for all with --dataset NAME, or a folder with --data DIR.',
    });
  });
  return onOwn(models, datasets, options.split);
}

async function onFolder(models: readonly Named[], folder: string, ctx: Workplace): Promise<Common> {
  const predictions = await withFolderDataset(folder, models[0]!.evaluated.labels, ctx, async (data) => {
    const out: Predictions[] = [];
    for (const { evaluated } of models) out.push(await evaluated.predictFolder(data));
    return out;
  });
  const sides = models.map(({ name }, m) => ({ name, predictions: predictions[m]!, keys: predictions[m]!.ids }));
  const paths = new Map(predictions[0]!.ids.map((id) => [id, resolve(folder, id)]));
  return { ...align(sides), on: `folder ${basename(resolve(folder))}`, notes: [], paths };
}

/** One dataset for all. A sample is left out when a model had it, or another of its group, to learn from. */
async function onDataset(models: readonly Named[], ref: string, split: Split, ctx: Workplace): Promise<Common> {
  const dataset = await openDataset(ctx.home, ref);
  const { name, version } = dataset.record;
  const notes: string[] = [];
  const sides: Unaligned[] = [];
  for (const { name: model, evaluated } of models) {
    const predictions = await evaluated.predictFolder(
      { home: ctx.home, dataset, adoptRun: async () => undefined },
      split,
    );
    const learnt = evaluated.dataset === null ? null : learntFrom(evaluated.dataset, name);
    if (learnt === null) {
      notes.push(`The dataset of ${model} is not here: whether it has learnt from these samples is not known.`);
    }
    const byId = new Map(dataset.samples(split).map((sample) => [sample.id, sample]));
    const kept = predictions.ids.map((id) => learnt === null || !learnt(byId.get(id)!));
    const why = 'it has learnt from it, or from its group';
    sides.push({ name: model, ...only(predictions, kept), elsewhere: () => why });
  }
  return {
    ...align(sides),
    on: `${split} of ${name}@${version}`,
    notes,
    paths: new Map(dataset.samples(split).map((sample) => [sample.id, dataset.path(sample)])),
  };
}

/** Each model's own dataset: one version for all, or what its versions have in common. */
async function onOwn(models: readonly Named[], datasets: readonly Dataset[], split: Split): Promise<Common> {
  const [first] = datasets as [Dataset];
  const title = ({ record }: Dataset) => `${record.name}@${record.version}`;
  const one = datasets.every(({ record }) => record.digest === first.record.digest);
  const named = datasets.every(({ record }) => record.name === first.record.name);
  /** Within one dataset a sample keeps its id; elsewhere only the bytes can tell. */
  const keyOf = (sample: Sample) => (named ? `${sample.id}\n${sample.sha256}` : sample.sha256);
  const sides: Unaligned[] = [];
  for (const [m, { name, evaluated }] of models.entries()) {
    const dataset = datasets[m]!;
    const predictions = await evaluated.predictSplit(split);
    const byId = new Map(dataset.samples(split).map((sample) => [sample.id, sample]));
    const places = new Map(dataset.samples().map((sample) => [keyOf(sample), sample.split]));
    sides.push({
      name,
      predictions,
      keys: predictions.ids.map((id) => keyOf(byId.get(id)!)),
      elsewhere: (key) => {
        const place = places.get(key);
        return place === undefined ? null : `in the ${place} part of ${title(dataset)}`;
      },
    });
  }
  const notes = one
    ? []
    : [
        `The models were trained on ${[...new Set(datasets.map(title))].join(' and ')}: only what the ${split} parts have in common is compared.`,
      ];
  return {
    ...align(sides),
    on: one
      ? `${split} of ${title(first)}`
      : `what the ${split} parts of ${[...new Set(datasets.map(title))].join(' and ')} have in common`,
    notes,
    paths: new Map(first.samples(split).map((sample) => [sample.id, first.path(sample)])),
  };
}

/** Tells whether a model's own dataset had a sample in train or val, or another of its unit (where both name them alike). */
function learntFrom(own: Dataset, name: string): (sample: Sample) => boolean {
  const bytes = new Set<string>();
  const units = new Set<string>();
  for (const split of ['train', 'val'] as const) {
    for (const sample of own.samples(split)) {
      bytes.add(sample.sha256);
      if (own.record.name === name) units.add(unitOf(sample)).add(sample.group ?? sample.id);
    }
  }
  return (sample) => bytes.has(sample.sha256) || units.has(unitOf(sample)) || units.has(sample.group ?? sample.id);
}

function only(predictions: Predictions, kept: readonly boolean[]): { predictions: Predictions; keys: string[] } {
  const k = predictions.classes.length;
  const rows = kept.flatMap((keep, i) => (keep ? [i] : []));
  const pick = <T>(values: readonly T[]): T[] => rows.map((i) => values[i]!);
  const logits = new Float32Array(rows.length * k);
  for (const [i, row] of rows.entries()) logits.set(predictions.logits.subarray(row * k, row * k + k), i * k);
  return {
    predictions: {
      classes: predictions.classes,
      ids: pick(predictions.ids),
      labels: Int32Array.from(rows, (i) => predictions.labels[i]!),
      logits,
      groups: pick(predictions.groups),
      ...(predictions.meta === undefined ? {} : { meta: pick(predictions.meta) }),
    },
    keys: pick(predictions.ids),
  };
}
