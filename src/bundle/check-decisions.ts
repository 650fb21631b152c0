import type { BundleManifest } from './manifest.ts';

/** Why what was decided on validation does not fit the labels and the network; null when it does. */
export function checkDecisions({
  labels,
  model,
  calibration,
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
  if (conformal !== null && JSON.stringify(conformal.classes.map(({ name }) => name)) !== JSON.stringify(labels)) {
    return 'the classes of the conformal sets are not the labels';
  }
  const embedding = outOfDistribution?.mahalanobis?.model;
  if (embedding === undefined) return null;
  if (embedding.features !== model.embedding) {
    return `distances are for embeddings of ${embedding.features} features, the network has ${model.embedding}`;
  }
  const rows = (text: string): number => Buffer.from(text, 'base64').length / (4 * embedding.features);
  const means = rows(embedding.means);
  if (!Number.isInteger(means) || means < 1 || rows(embedding.axes) !== embedding.variances.length) {
    return 'the model of the embeddings is incomplete';
  }
  return null;
}

function rising(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value >= values[i - 1]!);
}
