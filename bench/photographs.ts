/** JPEGs like a dermoscope's for benchmarks: drawn, with the sensor's noise, so that they are as hard to decode as real ones. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { population } from '../src/data/phantom/population.ts';
import { Renderer } from '../src/data/phantom/render.ts';
import { PhantomSpec } from '../src/data/phantom/spec.ts';

/** Writes `count` JPEGs (quality 90, chroma halved) as FOLDER/CLASS/ID.jpg and returns their paths. */
export async function writePhotographs(
  folder: string,
  count: number,
  width: number,
  height: number,
): Promise<string[]> {
  const size = Math.max(width, height);
  const spec = PhantomSpec.parse({ count, size });
  const renderer = new Renderer();
  const paths: string[] = [];
  for (const label of ['benign', 'malignant']) mkdirSync(join(folder, label), { recursive: true });
  for (const view of population(spec)) {
    const { pixels } = renderer.draw(spec, view);
    const path = join(folder, view.label, `${view.image}.jpg`);
    await sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
      .extract({ left: (size - width) >> 1, top: (size - height) >> 1, width, height })
      .jpeg({ quality: 90 })
      .toFile(path);
    paths.push(path);
  }
  return paths;
}
