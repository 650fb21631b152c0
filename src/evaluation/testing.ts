import type { Predictions } from './predictions.ts';
import { generator } from './random.ts';

/** Made-up predictions for tests and benchmarks: the true class' logit is `skill` higher; `perGroup` samples share a group. */
export function fakePredictions(options: {
  samples: number;
  classes: readonly string[];
  seed: number;
  skill?: number;
  /** Factor of all logits: above 1 makes them too sure. */
  sharpness?: number;
  perGroup?: number;
  /** Chances of the classes; equal when absent. */
  prevalence?: readonly number[];
}): Predictions {
  const { samples, classes, skill = 2, sharpness = 1, perGroup = 1 } = options;
  const next = generator(options.seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const k = classes.length;
  const prevalence = options.prevalence ?? classes.map(() => 1 / k);
  const labels = new Int32Array(samples);
  const logits = new Float32Array(samples * k);
  for (let i = 0; i < samples; i++) {
    let rest = next();
    let label = 0;
    while (label + 1 < k && rest >= prevalence[label]!) rest -= prevalence[label++]!;
    labels[i] = label;
    for (let c = 0; c < k; c++) logits[i * k + c] = sharpness * (normal() + (c === label ? skill : 0));
  }
  return {
    classes: [...classes],
    ids: Array.from({ length: samples }, (_, i) => `images/${String(i).padStart(5, '0')}.png`),
    labels,
    logits,
    groups: Array.from({ length: samples }, (_, i) => `patient-${Math.floor(i / perGroup)}`),
  };
}
