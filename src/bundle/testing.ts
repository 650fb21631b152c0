import type { BundleContent } from './write.ts';

/** For tests: the manifest of a two-class bundle. */
export function testManifest(changes: Partial<BundleContent['manifest']> = {}): BundleContent['manifest'] {
  return {
    run: '0123456789abcdef0123456789abcdef',
    createdAt: '2026-01-02T03:04:05.678Z',
    model: { name: 'tiny', parameters: 100, embedding: 4 },
    labels: ['benign', 'malignant'],
    preprocess: { height: 16, width: 16, fit: 'stretch', channels: 3, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    temperature: 1.5,
    calibration: null,
    operatingPoint: { positive: ['malignant'], threshold: 0.4, rule: 'youden' },
    classRule: null,
    conformal: null,
    outOfDistribution: null,
    metrics: { auroc: { value: 0.9, low: 0.85, high: 0.95 } },
    dataset: { name: 'phantom', version: 1, digest: 'ab'.repeat(32) },
    lineage: { oslerVersion: '0.1.0', code: null, engine: '1.13.1', seed: 1 },
    stamps: [],
    leaks: null,
    parity: { samples: 8, maxDifference: 1e-7 },
    ...changes,
  };
}
