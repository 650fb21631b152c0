import { RandomStream } from '../../data/random.ts';
import { type Sample, unitOf } from '../../data/sample.ts';

/**
 * At most about `limit` samples, by whole units (patients, lesions): rare classes whole, the others as many as there is room
 * for, drawn at random. All of them where they fit. In the order given.
 */
export function drawSamples(samples: readonly Sample[], limit: number, seed: number): Sample[] {
  if (samples.length <= limit) return [...samples];
  const units = [...Map.groupBy(samples, unitOf).values()];
  const order = new RandomStream(seed, 'samples').shuffle(Int32Array.from(units.keys()));
  const counts = new Map<string, number>();
  for (const { label } of samples) counts.set(label, (counts.get(label) ?? 0) + 1);
  const quota = waterLevel([...counts.values()], limit);
  const taken = new Map<string, number>();
  const chosen = new Set<Sample>();
  for (const at of order) {
    const unit = units[at]!;
    const label = unit[0]!.label;
    if ((taken.get(label) ?? 0) >= quota) continue;
    for (const sample of unit) {
      chosen.add(sample);
      taken.set(sample.label, (taken.get(sample.label) ?? 0) + 1);
    }
  }
  return samples.filter((sample) => chosen.has(sample));
}

/** The number q for which the sum of min(count, q) is `limit`. */
function waterLevel(counts: number[], limit: number): number {
  let rest = limit;
  let level = 0;
  const sorted = counts.toSorted((a, b) => a - b);
  for (const [i, count] of sorted.entries()) {
    level = rest / (sorted.length - i);
    if (count > level) break;
    rest -= count;
  }
  return Math.floor(level);
}
