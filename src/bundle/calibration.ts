import type { Calibration } from '../evaluation/decisions/spec.ts';
import type { BundleManifest } from './manifest.ts';

/** How the bundle's logits become probabilities. Apart from the schemas: threads that compute have no use for them. */
export function calibrationOf({ calibration, temperature }: BundleManifest): Calibration {
  return calibration ?? { method: 'temperature', temperature };
}
