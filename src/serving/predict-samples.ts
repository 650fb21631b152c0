import { readSample } from '../data/content.ts';
import { type Dataset, type Sample, type Split, unitOf } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import type { Predictions } from '../evaluation/predictions.ts';
import type { OnProgress } from '../progress.ts';
import { mapInOrder } from './map-in-order.ts';
import type { Predictor } from './predictor.ts';

export interface PredictSamplesOptions {
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/**
 * What a bundle says about a dataset's split (or all of it), with the labels beside it: what evaluation needs.
 * Throws DATA_INVALID naming the first sample that cannot be read, is not the file that was imported, or whose label the bundle does not know.
 */
export async function predictSamples(
  predictor: Predictor,
  dataset: Dataset,
  split: Split | undefined,
  options: PredictSamplesOptions = {},
): Promise<Predictions> {
  const samples = dataset.samples(split);
  return predictEach(
    predictor,
    samples.map((sample) => ({ sample, path: dataset.path(sample) })),
    options,
  );
}

/** The same for chosen samples. */
export async function predictEach(
  predictor: Predictor,
  items: readonly { sample: Sample; path: string }[],
  { onProgress, signal }: PredictSamplesOptions = {},
): Promise<Predictions> {
  const classes = [...predictor.manifest.labels];
  const k = classes.length;
  const logits = new Float32Array(items.length * k);
  const labels = classIndices(
    items.map(({ sample }) => sample),
    classes,
  );
  let done = 0;
  const answers = mapInOrder(items, 32, async ({ sample, path }) => {
    signal?.throwIfAborted();
    try {
      return await predictor.answer(await readSample(path, sample));
    } catch (cause) {
      if (!(cause instanceof OslerError)) throw cause;
      throw new OslerError('DATA_INVALID', `Sample ${sample.id} cannot be predicted: ${cause.message}`, { cause });
    }
  });
  let embeddings = new Float32Array();
  let appearances = new Float32Array();
  for await (const { logits: row, embedding, appearance } of answers) {
    if (done === 0) {
      embeddings = new Float32Array(items.length * embedding.length);
      appearances = new Float32Array(items.length * appearance.length);
    }
    logits.set(row, done * k);
    embeddings.set(embedding, done * embedding.length);
    appearances.set(appearance, done * appearance.length);
    done += 1;
    onProgress?.({ task: 'predicting', done, total: items.length });
  }
  return {
    classes,
    ids: items.map(({ sample }) => sample.id),
    labels,
    logits,
    embeddings,
    appearances,
    groups: items.map(({ sample }) => unitOf(sample)),
    meta: items.map(({ sample }) => sample.meta),
  };
}

/** Throws DATA_INVALID naming the first sample whose label is none of the classes. */
export function classIndices(samples: readonly Sample[], classes: readonly string[]): Int32Array {
  return Int32Array.from(samples, ({ id, label }) => {
    const index = classes.indexOf(label);
    if (index >= 0) return index;
    throw new OslerError('DATA_INVALID', `${id} is labelled ${label}, a class that the model does not know.`, {
      hint: `It knows ${classes.join(', ')}.`,
    });
  });
}
