/** Images that no model of medical images should answer as if nothing were the matter. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import sharp from 'sharp';
import { generator } from '../../src/evaluation/random.ts';

const SIZE = 256;
const IMAGE = /^\.(jpe?g|png|tiff?|webp)$/i;

/** Paths of the images in a folder and below it. */
export async function imagesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && IMAGE.test(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function save(folder: string, name: string, pixels: Buffer, channels: 1 | 3 = 3): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await writeFile(
    path,
    await sharp(pixels, { raw: { width: SIZE, height: SIZE, channels } })
      .png()
      .toBuffer(),
  );
  return path;
}

/** Black, white, greys and plain colours. */
export async function blank(folder: string): Promise<string[]> {
  const colours = [
    [0, 0, 0],
    [255, 255, 255],
    [128, 128, 128],
    [64, 64, 64],
    [192, 192, 192],
    [200, 150, 130],
    [0, 0, 255],
    [0, 160, 0],
  ];
  return Promise.all(
    colours.map((colour, i) =>
      save(folder, `blank-${i}`, Buffer.from(Array.from({ length: SIZE * SIZE * 3 }, (_, j) => colour[j % 3]!))),
    ),
  );
}

/** Each pixel by itself; or cells of 16 pixels, as a camera's noise after strong compression. */
export async function noise(folder: string, count: number): Promise<string[]> {
  const out: string[] = [];
  for (let i = 0; i < count; i++) {
    const next = generator(i);
    const cell = i % 2 === 0 ? 1 : 16;
    const across = SIZE / cell;
    const values = Array.from({ length: across * across * 3 }, () => Math.floor(next() * 256));
    const pixels = Buffer.alloc(SIZE * SIZE * 3);
    for (let y = 0; y < SIZE; y++)
      for (let x = 0; x < SIZE; x++)
        for (let c = 0; c < 3; c++)
          pixels[(y * SIZE + x) * 3 + c] = values[(Math.floor(y / cell) * across + Math.floor(x / cell)) * 3 + c]!;
    out.push(await save(folder, `noise-${i}`, pixels));
  }
  return out;
}

/** The given images as negatives. */
export async function inverted(folder: string, paths: readonly string[]): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(
    paths.map(async (path, i) => {
      const out = join(folder, `inverted-${i}.png`);
      await writeFile(out, await sharp(path).removeAlpha().negate().png().toBuffer());
      return out;
    }),
  );
}

/** Square parts of photographs, so that a few make many: the whole, and its quarters. */
export async function parts(folder: string, paths: readonly string[]): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const out: string[] = [];
  for (const [i, path] of paths.entries()) {
    const whole = await sharp(path).resize(512, 512, { fit: 'cover' }).removeAlpha().png().toBuffer();
    const corners: [number, number, number][] = [
      [0, 0, 512],
      [0, 0, 256],
      [256, 0, 256],
      [0, 256, 256],
      [256, 256, 256],
    ];
    for (const [j, [left, top, size]] of corners.entries()) {
      const file = join(folder, `photo-${i}-${j}.png`);
      await writeFile(file, await sharp(whole).extract({ left, top, width: size, height: size }).png().toBuffer());
      out.push(file);
    }
  }
  return out;
}
