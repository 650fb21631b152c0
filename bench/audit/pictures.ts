/** Pictures with known copies, for the benchmark of the search for duplicates. */
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { generatePhantoms } from '../../src/data/phantom/generate.ts';

sharp.concurrency(1);

/** What is done to a picture; each gives a file whose pixels differ from the original's, but for `lossless`. */
export const CHANGES = ['lossless', 'q50', 'half', 'crop', 'mirror', 'rot90', 'brighter', 'darker'] as const;
export type Change = (typeof CHANGES)[number];

/** Draws `count` phantoms of `size` pixels into `folder`, unless they stand there. */
export async function phantoms(folder: string, count: number, size: number, seed: number): Promise<string[]> {
  await generatePhantoms({ out: folder, count, size, seed });
  return images(join(folder, 'images'));
}

export function images(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return images(path);
      return /\.(jpe?g|png|bmp|tiff?|webp)$/i.test(name) ? [path] : [];
    });
}

/** Writes the changed copies of a picture; where each stands. A crop takes 5% of the width and of the height off, somewhere. */
export async function change(path: string, folder: string, random: () => number): Promise<Record<Change, string>> {
  mkdirSync(folder, { recursive: true });
  const decoded = sharp(path).autoOrient().toColourspace('srgb').removeAlpha().raw();
  const { data, info } = await decoded.toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const source = () => sharp(data, { raw: { width, height, channels: 3 } });
  const [cutX, cutY] = [Math.round(0.05 * width), Math.round(0.05 * height)];
  const window = { left: Math.round(random() * cutX), top: Math.round(random() * cutY) };
  const made: Record<Change, [string, Sharp]> = {
    lossless: ['png', source().png()],
    q50: ['jpg', source().jpeg({ quality: 50 })],
    half: ['jpg', source().resize(Math.round(width / 2), Math.round(height / 2)).jpeg({ quality: 90 })], // biome-ignore format: one a line
    crop: ['jpg', source().extract({ ...window, width: width - cutX, height: height - cutY }).jpeg({ quality: 90 })], // biome-ignore format: one a line
    mirror: ['jpg', source().flop().jpeg({ quality: 90 })],
    rot90: ['jpg', source().rotate(90).jpeg({ quality: 90 })],
    brighter: ['jpg', source().linear(1.1, 0).jpeg({ quality: 90 })],
    darker: ['jpg', source().linear(0.9, 0).jpeg({ quality: 90 })],
  };
  const paths: Partial<Record<Change, string>> = {};
  for (const kind of CHANGES) {
    const [extension, picture] = made[kind];
    const target = join(folder, `${basename(path)}.${kind}.${extension}`);
    await picture.toFile(target);
    paths[kind] = target;
  }
  return paths as Record<Change, string>;
}

/**
 * `count` JPEGs of 96 pixels, quick to draw and all of one kind: each is three phantoms of a pool, turned and shifted, laid over
 * each other. Two classes of one folder each. Every hundredth is a copy, recompressed, of the one before it.
 */
export async function blends(folder: string, count: number, pool: readonly string[]): Promise<string[]> {
  const side = 96;
  const wide = 128;
  const planes = await Promise.all(
    pool.map((path) => sharp(path).greyscale().resize(wide, wide, { fit: 'fill' }).raw().toBuffer()),
  );
  const random = lcg(count);
  const pick = (n: number) => Math.floor(random() * n);
  const paths: string[] = [];
  for (const label of ['a', 'b']) mkdirSync(join(folder, label), { recursive: true });
  for (let i = 0; i < count; i++) {
    const picture = Buffer.alloc(side * side);
    const layers = [0.5, 0.3, 0.2].map((weight) => ({
      weight,
      plane: planes[pick(planes.length)]!,
      offset: pick(wide - side) * wide + pick(wide - side),
      across: pick(2) === 0,
    }));
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        let sum = 0;
        for (const { weight, plane, offset, across } of layers) {
          sum += weight * plane[offset + (across ? x * wide + y : y * wide + x)]!;
        }
        picture[y * side + x] = sum;
      }
    }
    const path = join(folder, (i >> 1) % 2 === 0 ? 'a' : 'b', `${String(i).padStart(6, '0')}.jpg`);
    if (i % 100 === 99) {
      await sharp(paths.at(-1)!).jpeg({ quality: 50 }).toFile(path);
      paths.push(path);
      continue;
    }
    const jpeg = await sharp(picture, { raw: { width: side, height: side, channels: 1 } })
      .jpeg({ quality: 90 })
      .toBuffer();
    writeFileSync(path, jpeg);
    paths.push(path);
  }
  return paths;
}

export function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
