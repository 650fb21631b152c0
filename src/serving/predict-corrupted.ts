import { readSample } from '../data/content.ts';
import type { Corruption } from '../data/corrupt/spec.ts';
import { type Dataset, type Sample, unitOf } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import type { Predictions } from '../evaluation/predictions.ts';
import { mapInOrder } from './map-in-order.ts';
import { classIndices, type PredictSamplesOptions } from './predict-samples.ts';
import type { Predictor } from './predictor.ts';

/** Images under way at once; each stands in memory in all its variants. */
const UNDER_WAY = 4;

/**
 * What a network says about samples after each of the corruptions (null: as they are), in their order: the same samples every time.
 * Each file is decoded once. Throws DATA_INVALID naming the first sample that cannot be read, is not the file that was imported, or
 * whose label it does not know.
 */
export async function predictCorrupted(
  predictor: Predictor,
  dataset: Dataset,
  samples: readonly Sample[],
  corruptions: readonly (Corruption | null)[],
  { onProgress, signal }: PredictSamplesOptions = {},
): Promise<Predictions[]> {
  const classes = [...predictor.manifest.labels];
  const k = classes.length;
  const shared = {
    classes,
    ids: samples.map(({ id }) => id),
    labels: classIndices(samples, classes),
    groups: samples.map((sample) => unitOf(sample)),
    meta: samples.map(({ meta }) => meta),
  };
  const logits = corruptions.map(() => new Float32Array(samples.length * k));
  const answers = mapInOrder(samples, UNDER_WAY, async (sample) => {
    signal?.throwIfAborted();
    try {
      return await predictor.answerVariants(await readSample(dataset.path(sample), sample), corruptions, sample.id);
    } catch (cause) {
      if (!(cause instanceof OslerError)) throw cause;
      throw new OslerError('DATA_INVALID', `Sample ${sample.id} cannot be predicted: ${cause.message}`, { cause });
    }
  });
  let done = 0;
  for await (const variants of answers) {
    for (const [c, answer] of variants.entries()) logits[c]!.set(answer.logits, done * k);
    done += 1;
    onProgress?.({
      task: 'stressing',
      done,
      total: samples.length,
      note: `images, each in ${corruptions.length} variants`,
    });
  }
  return logits.map((each) => ({ ...shared, logits: each }));
}
