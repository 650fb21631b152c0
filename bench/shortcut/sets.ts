/** Datasets with known answers for the shortcut audit: drawn lesions, with or without a trace of their class that is no anatomy. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { population } from '../../src/data/phantom/population.ts';
import { Renderer } from '../../src/data/phantom/render.ts';
import { PhantomSpec } from '../../src/data/phantom/spec.ts';
import { RandomStream } from '../../src/data/random.ts';
import type { Dataset, Sample } from '../../src/data/sample.ts';

export type Drawn = Sample & { pixels: Buffer; quality: number };
export type SmallDataset = Pick<Dataset, 'record' | 'samples' | 'path'>;

export const SIZE = 128;

/** Lesions by three cameras and in three qualities, all of which have nothing to do with the class; the lesions themselves do. */
export async function drawPool(folder: string, count: number, seed: number): Promise<Drawn[]> {
  mkdirSync(folder, { recursive: true });
  const spec = PhantomSpec.parse({ count, size: SIZE, seed });
  const renderer = new Renderer();
  const pool: Drawn[] = [];
  for (const view of population(spec)) {
    const { pixels } = renderer.draw(spec, view);
    const quality = [75, 85, 92][new RandomStream(seed, 'quality', view.image).integer(3)]!;
    const sample = {
      id: `${view.image}.jpg`,
      label: view.label,
      group: view.patient.id,
      split: 'train' as const,
      width: SIZE,
      height: SIZE,
      meta: { camera: view.camera, clinic: `clinic ${new RandomStream(seed, view.patient.id).integer(4)}` },
    };
    const copy = Buffer.from(pixels);
    pool.push({ ...sample, ...(await save(folder, sample.id, raw(copy).jpeg({ quality }))), pixels: copy, quality });
  }
  return pool;
}

/** Whole patients at random, until there are `count` images. */
export function drawSet(pool: readonly Drawn[], count: number, seed: number): Drawn[] {
  const patients = [...Map.groupBy(pool, ({ group }) => group!).values()];
  const order = new RandomStream(seed, 'set').shuffle(Int32Array.from(patients.keys()));
  const set: Drawn[] = [];
  for (const at of order) {
    if (set.length >= count) break;
    set.push(...patients[at]!);
  }
  return set;
}

/** What is done to the malignant, and to them only. Each leaves the lesion as it is. */
export const PLANTS: Record<string, (drawn: Drawn) => Sharp | Promise<Sharp>> = {
  'frame of 3 pixels': ({ pixels, quality }) =>
    raw(pixels)
      .extract({ left: 3, top: 3, width: SIZE - 6, height: SIZE - 6 })
      .extend({ top: 3, bottom: 3, left: 3, right: 3, background: '#fff' })
      .jpeg({ quality }),
  'JPEG quality 60': ({ pixels }) => raw(pixels).jpeg({ quality: 60 }),
  'saved twice, first in quality 40': async ({ pixels, quality }) =>
    sharp(await raw(pixels).jpeg({ quality: 40 }).toBuffer()).jpeg({ quality }),
  '20% brighter': ({ pixels, quality }) => raw(pixels).linear(1.2, 0).jpeg({ quality }),
  'slightly blurred (sigma 0.6)': ({ pixels, quality }) => raw(pixels).blur(0.6).jpeg({ quality }),
  'a letter in a corner': ({ pixels, quality }) =>
    raw(pixels)
      .composite([{ input: LETTER, left: 6, top: 6 }])
      .jpeg({ quality }),
  'another aspect (128x120)': ({ pixels, quality }) =>
    raw(pixels)
      .extract({ left: 0, top: 4, width: SIZE, height: SIZE - 8 })
      .jpeg({ quality }),
  'saved as grey': ({ pixels, quality }) => raw(pixels).greyscale().jpeg({ quality }),
  'EXIF kept': ({ pixels, quality }) =>
    raw(pixels)
      .jpeg({ quality })
      .withExif({ IFD0: { Software: 'Scanner 2.1', Copyright: 'clinic' } }),
};

const LETTER = Buffer.from(
  '<svg width="16" height="16"><text x="1" y="14" font-size="16" font-family="sans-serif" font-weight="bold" fill="#fff">R</text></svg>',
);

/** The set with a plant on a share of its malignant images. */
export async function plant(
  folder: string,
  set: readonly Drawn[],
  name: string,
  share: number,
  seed: number,
): Promise<Sample[]> {
  mkdirSync(folder, { recursive: true });
  return Promise.all(
    set.map(async (drawn) => {
      const hit = drawn.label === 'malignant' && new RandomStream(seed, name, drawn.id).chance(share);
      return hit ? { ...drawn, ...(await save(folder, drawn.id, await PLANTS[name]!(drawn))) } : drawn;
    }),
  );
}

/** Eight in ten malignant come from one clinic, where elsewhere it is one in four. */
export function plantColumn(set: readonly Drawn[], seed: number): Sample[] {
  return set.map((drawn) => {
    const sent = drawn.label === 'malignant' && new RandomStream(seed, 'clinic', drawn.group!).chance(0.75);
    return sent ? { ...drawn, meta: { ...drawn.meta, clinic: 'clinic 0' } } : drawn;
  });
}

export function asDataset(samples: readonly Sample[]): SmallDataset {
  const classes = [...new Set(samples.map(({ label }) => label))].sort();
  return {
    record: { classes } as Dataset['record'],
    samples: () => [...samples],
    path: ({ uri }) => uri.slice('file:'.length),
  };
}

function raw(pixels: Buffer): Sharp {
  return sharp(pixels, { raw: { width: SIZE, height: SIZE, channels: 3 } });
}

async function save(folder: string, id: string, picture: Sharp): Promise<{ uri: string; sha256: string }> {
  const bytes = await picture.toBuffer();
  const path = join(folder, id);
  writeFileSync(path, bytes);
  return { uri: `file:${path}`, sha256: createHash('sha256').update(bytes).digest('hex') };
}
