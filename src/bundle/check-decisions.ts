import { appearanceLength } from '../data/appearance.ts';
import type { EmbeddingModel } from '../evaluation/decisions/spec.ts';
import type { BundleManifest } from './manifest.ts';

/** Why what was decided on validation does not fit the labels and the network; null when it does. */
export function checkDecisions({
  labels,
  preprocess,
  model,
  calibration,
  classRule,
  conformal,
  outOfDistribution,
}: BundleManifest): string | null {
  const k = labels.length;
  if (calibration?.method === 'vector' && (calibration.scale.length !== k || calibration.shift.length !== k)) {
    return `calibration needs a scale and a shift for each of ${k} labels`;
  }
  if (calibration?.method === 'isotonic') {
    if (calibration.curves.length !== k) return `calibration needs a curve for each of ${k} labels`;
    for (const { logOdds, probability } of calibration.curves) {
      const inRange = probability.every((p) => p > 0 && p < 1);
      if (logOdds.length !== probability.length || !rising(logOdds) || !rising(probability) || !inRange) {
        return 'a calibration curve does not rise from 0 to 1';
      }
    }
  }
  if (classRule !== null && classRule.shares.length !== k)
    return `the rule for classes needs a share of each of ${k} labels`;
  if (conformal !== null && JSON.stringify(conformal.classes.map(({ name }) => name)) !== JSON.stringify(labels)) {
    return 'the classes of the conformal sets are not the labels';
  }
  const distances = outOfDistribution?.mahalanobis ?? null;
  const looks = outOfDistribution?.appearance ?? null;
  const numbers = appearanceLength(preprocess.channels);
  if (looks !== null && looks.scales.length !== numbers) return `appearance needs ${numbers} scales`;
  return (
    (distances && checkModel(distances.model, model.embedding, 'the embedding')) ||
    (looks && checkModel(looks.model, numbers, 'the appearance'))
  );
}

function checkModel({ features, means, axes, variances }: EmbeddingModel, wanted: number, what: string): string | null {
  if (features !== wanted) return `the model of ${what} is for ${features} numbers, not ${wanted}`;
  const rows = (text: string): number => Buffer.from(text, 'base64').length / (4 * features);
  const whole = Number.isInteger(rows(means)) && rows(means) >= 1 && rows(axes) === variances.length;
  return whole ? null : `the model of ${what} is incomplete`;
}

function rising(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value >= values[i - 1]!);
}
