/** Pictures for tests of the shortcut audit: smooth noise, so that nothing tells them apart but what a test does to them. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { RandomStream } from '../../data/random.ts';
import type { Dataset, Sample } from '../../data/sample.ts';

/** A cloudy grey picture with grain; brightness and contrast vary from one to the next. */
export function cloud(seed: number, side = 64): Buffer {
  const random = new RandomStream('cloud', seed);
  const [level, depth] = [random.between(90, 160), random.between(15, 40)];
  const waves = Array.from(
    { length: 6 },
    () => [random.normal() / 9, random.normal() / 9, random.between(0, 7)] as const,
  );
  const data = Buffer.alloc(side * side);
  for (let y = 0, p = 0; y < side; y++) {
    for (let x = 0; x < side; x++, p++) {
      let value = level + 3 * random.normal();
      for (const [u, v, phase] of waves) value += (depth * Math.sin(u * x + v * y + phase)) / 3;
      data[p] = Math.max(0, Math.min(255, value));
    }
  }
  return data;
}

export function asImage(data: Buffer, side = 64): Sharp {
  return sharp(data, { raw: { width: side, height: side, channels: 1 } });
}

export interface Wanted {
  id: string;
  label: string;
  group?: string;
  meta?: Sample['meta'];
  file: Buffer;
}

/** Files in a folder, as a dataset that was never imported. */
export async function layDataset(
  folder: string,
  wanted: readonly Wanted[],
): Promise<Pick<Dataset, 'record' | 'samples' | 'path'>> {
  const samples: Sample[] = [];
  for (const { id, label, group, meta = {}, file } of wanted) {
    const path = join(folder, id);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file);
    const sha256 = createHash('sha256').update(file).digest('hex');
    const sample = { id, label, uri: `file:${path}`, sha256, split: 'train' as const, width: 1, height: 1, meta };
    samples.push(group === undefined ? sample : { ...sample, group });
  }
  const classes = [...new Set(samples.map(({ label }) => label))].sort();
  return {
    record: { classes } as Dataset['record'],
    samples: (split) => (split === undefined ? samples : samples.filter((sample) => sample.split === split)),
    path: ({ uri }) => uri.slice('file:'.length),
  };
}
