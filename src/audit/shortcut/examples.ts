import type { Sample } from '../../data/sample.ts';
import type { Feature } from './features.ts';
import type { ShortcutExample } from './result.ts';
import { valueText } from './words.ts';

const EACH = 3;
const MARKS = 3;

/** What one feature alone says of each row. */
export interface Voice {
  feature: Feature;
  /** Out of fold, row-major [rows, classes]. */
  probabilities: Float64Array;
}

/**
 * For each class the images whose label is guessed most surely, each of another unit, with the features that speak loudest for
 * it there.
 */
export function pickExamples(
  samples: readonly Sample[],
  labels: Int32Array,
  units: Int32Array,
  classes: readonly string[],
  probabilities: Float64Array,
  voices: readonly Voice[],
): ShortcutExample[] {
  const count = classes.length;
  return classes.flatMap((label, k) => {
    const own = (row: number): number => probabilities[row * count + k]!;
    const rows = [...labels.keys()].filter((row) => labels[row] === k && decided(probabilities, row, count) === k);
    rows.sort((a, b) => own(b) - own(a) || a - b);
    const seen = new Set<number>();
    const picked = rows.filter((row) => !seen.has(units[row]!) && seen.add(units[row]!)).slice(0, EACH);
    return picked.map((row) => ({
      id: samples[row]!.id,
      label,
      probability: own(row),
      marks: voices
        .toSorted((a, b) => b.probabilities[row * count + k]! - a.probabilities[row * count + k]!)
        .slice(0, MARKS)
        .map(({ feature }) => ({
          feature: feature.name,
          title: feature.title,
          value: valueText(feature, feature.values[row] ?? null),
        })),
    }));
  });
}

function decided(probabilities: Float64Array, row: number, classes: number): number {
  let best = 0;
  for (let k = 1; k < classes; k++)
    if (probabilities[row * classes + k]! > probabilities[row * classes + best]!) best = k;
  return best;
}
