import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { importDataset } from '../data/import.ts';
import type { DatasetRecord } from '../data/sample.ts';
import { TrainConfig } from './config.ts';

export interface DrawOptions {
  name?: string;
  /** Images a class, split 60/20/20. */
  perClass?: number;
  size?: number;
  classes?: string[];
}

/** A dataset for tests: noisy grey squares; the first class has a bright spot in the left half, the second in the right... */
export async function drawDataset(home: string, options: DrawOptions = {}): Promise<DatasetRecord> {
  const { name = 'spots', perClass = 40, size = 24, classes = ['left', 'right'] } = options;
  const folder = join(home, 'drawn', name);
  let state = 12345;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (const [k, label] of classes.entries()) {
    for (const split of ['train', 'val', 'test']) await mkdir(join(folder, split, label), { recursive: true });
    for (let i = 0; i < perClass; i++) {
      const data = Buffer.alloc(size * size).map(() => Math.floor(random() * 120));
      const cx = ((k + 0.2 + 0.6 * random()) / classes.length) * size;
      const cy = (0.2 + 0.6 * random()) * size;
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) if ((x - cx) ** 2 + (y - cy) ** 2 < 9) data[y * size + x]! += 90;
      }
      const split = i < perClass * 0.6 ? 'train' : i < perClass * 0.8 ? 'val' : 'test';
      const png = sharp(data, { raw: { width: size, height: size, channels: 1 } }).png();
      await writeFile(join(folder, split, label, `${i}.png`), await png.toBuffer());
    }
  }
  return importDataset(folder, { name }, { home });
}

/** A small recipe for the drawn dataset; `changes` stand above it, section by section. */
export function smallConfig(changes: Record<string, unknown> = {}): TrainConfig {
  const base: Record<string, unknown> = {
    dataset: 'spots',
    model: { name: 'simple_cnn' },
    data: { size: 24, channels: 1, workers: 1, cacheGigabytes: 0 },
    augment: { flipVertical: 0.5, brightness: 0.2 },
    optimiser: { kind: 'adamw', lr: 0.003 },
    schedule: { kind: 'oneCycle' },
    training: { epochs: 3, batchSize: 8, checkpointSeconds: 0 },
  };
  for (const [key, value] of Object.entries(changes)) {
    const under = base[key];
    base[key] = isMap(under) && isMap(value) ? { ...under, ...value } : value;
  }
  return TrainConfig.parse(base);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
