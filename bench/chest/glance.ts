import type { Feature } from '../../src/audit/shortcut/features.ts';
import { Guesser } from '../../src/audit/shortcut/guesser.ts';
import type { Guess } from '../../src/audit/shortcut/result.ts';
import { decodeToSize } from '../../src/data/preprocess.ts';
import type { PreprocessSpec } from '../../src/data/preprocess-spec.ts';
import { type Dataset, unitOf } from '../../src/data/sample.ts';

const SIDE = 16;
const RING = 2;

export interface Glance {
  /** Out of fold, of all images; the class with the largest probability. */
  accuracy: number;
  balancedAccuracy: number;
  macro: Guess;
  each: Guess[];
}

/**
 * What a forest tells from thumbnails of 16x16 pixels, cross-validated by patient: a glance at the films, without a network. With
 * `edges` it is shown the two outermost pixels of each side only, where there is no lung.
 */
export async function glance(
  dataset: Dataset,
  geometry: Pick<PreprocessSpec, 'channels' | 'fit' | 'trim'>,
  { edges }: { edges: boolean },
): Promise<Glance> {
  const samples = dataset.samples();
  const { classes } = dataset.record;
  const thumbnails: Uint8Array[] = [];
  for (const sample of samples)
    thumbnails.push(await decodeToSize(dataset.path(sample), { ...geometry, width: SIDE, height: SIDE }));
  const features: Feature[] = [];
  for (let p = 0; p < SIDE * SIDE * geometry.channels; p++) {
    const at = Math.floor(p / geometry.channels);
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
    if (edges && Math.min(x, y, SIDE - 1 - x, SIDE - 1 - y) >= RING) continue;
    const values = thumbnails.map((pixels) => pixels[p]!);
    features.push({ name: `${p}`, title: '', family: 'file', kind: 'number', show: undefined, soft: false, values });
  }
  const units = [...new Set(samples.map(unitOf))];
  const index = new Map(units.map((unit, i) => [unit, i]));
  const labels = Int32Array.from(samples, ({ label }) => classes.indexOf(label));
  const rows = {
    labels,
    classes: classes.length,
    units: Int32Array.from(samples, (sample) => index.get(unitOf(sample))!),
    unitCount: units.length,
  };
  const guesser = new Guesser(rows, { seed: 1 });
  try {
    const { macro, each, probabilities } = await guesser.guess(features, true);
    const right = new Float64Array(classes.length);
    const all = new Float64Array(classes.length);
    labels.forEach((label, row) => {
      const own = probabilities.subarray(row * classes.length, (row + 1) * classes.length);
      all[label]! += 1;
      if (own.indexOf(Math.max(...own)) === label) right[label]! += 1;
    });
    const sum = (list: Float64Array): number => list.reduce((a, b) => a + b, 0);
    return {
      accuracy: sum(right) / sum(all),
      balancedAccuracy: sum(right.map((n, k) => n / all[k]!)) / all.length,
      macro,
      each,
    };
  } finally {
    await guesser.close();
  }
}
