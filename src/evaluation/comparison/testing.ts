import { evaluate } from '../evaluate.ts';
import type { Predictions } from '../predictions.ts';
import { generator } from '../random.ts';
import type { Side } from './compare.ts';

/** For tests: models that answer the same samples; each adds its own noise to what the images show. */
export function fakeSides(
  models: readonly { name: string; skill: number; noise?: number; seed?: number }[],
  options: { samples: number; perGroup?: number; classes?: readonly string[]; positive?: string[] } = { samples: 300 },
): Side[] {
  const { samples, perGroup = 1, classes = ['benign', 'malignant'] } = options;
  const k = classes.length;
  const shown = normals(1);
  const pick = generator(2);
  const labels = Int32Array.from({ length: samples }, () => Math.floor(pick() * k));
  const common = Float64Array.from({ length: samples * k }, shown);
  return models.map(({ name, skill, noise = 0.5, seed = 3 }) => {
    const own = normals(seed);
    const predictions: Predictions = {
      classes: [...classes],
      ids: Array.from({ length: samples }, (_, i) => `images/${i}.png`),
      labels,
      logits: Float32Array.from(
        common,
        (x, j) => x + noise * own() + (j % k === labels[Math.floor(j / k)] ? skill : 0),
      ),
      groups: Array.from({ length: samples }, (_, i) => `patient-${Math.floor(i / perGroup)}`),
    };
    const evaluation = evaluate({
      test: predictions,
      options: { resamples: 50, ...(options.positive === undefined ? {} : { positive: options.positive }) },
    });
    return {
      predictions,
      evaluation,
      subject: {
        kind: 'run',
        id: name.padEnd(32, '0'),
        name,
        model: 'simple_cnn',
        dataset: null,
        facts: [],
        stamps: [],
      },
    };
  });
}

function normals(seed: number): () => number {
  const next = generator(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
