import { randomBytes } from 'node:crypto';
import type { RunRecord } from './run.ts';

/** A valid record for tests; `fields` replace its own. */
export function exampleRun(fields: Partial<RunRecord> = {}): RunRecord {
  return {
    id: randomBytes(16).toString('hex'),
    name: 'phantom',
    status: 'running',
    createdAt: new Date().toISOString(),
    endedAt: null,
    config: { model: { name: 'efficientnet_b0' }, training: { epochs: 2 } },
    dataset: { name: 'phantom', version: 1, digest: 'ab'.repeat(32) },
    seed: 7,
    code: { version: '0.1.0', commit: null, dirty: false },
    engine: { libtorch: '1.13.1', capability: 'AVX512', threads: 2, device: 'cpu', bf16Convolutions: 'f32' },
    model: { name: 'efficientnet_b0', classes: 2, channels: 3, inputSize: [64, 64] },
    labels: ['benign', 'malignant'],
    preprocess: { height: 64, width: 64, fit: 'stretch', channels: 3, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    positive: ['malignant'],
    best: null,
    seconds: 0,
    imagesPerSecond: 0,
    failure: null,
    stamps: [],
    leaks: null,
    group: null,
    ...fields,
  };
}
