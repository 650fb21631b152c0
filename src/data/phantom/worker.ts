/** A thread of the phantom generator: draws every `of`-th view of the population and writes its files. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { population, type View } from './population.ts';
import { Renderer } from './render.ts';
import type { PhantomSpec } from './spec.ts';

export interface PhantomShare {
  spec: PhantomSpec;
  folder: string;
  first: number;
  of: number;
}

const { spec, folder, first, of } = workerData as PhantomShare;
const renderer = new Renderer();
sharp.concurrency(1);

let index = 0;
let written: Promise<void> = Promise.resolve();
for (const view of population(spec)) {
  if (index++ % of !== first) continue;
  const writing = write(view);
  // The picture before this one was encoded in another thread meanwhile.
  await written;
  written = writing;
}
await written;

async function write(view: View): Promise<void> {
  const { pixels, mask, exposure } = renderer.draw(spec, view);
  const size = { width: spec.size, height: spec.size };
  await Promise.all([
    sharp(pixels, { raw: { ...size, channels: 3 } })
      .jpeg({ quality: exposure.jpegQuality })
      .toFile(join(folder, 'images', `${view.image}.jpg`)),
    sharp(mask, { raw: { ...size, channels: 1 } })
      .toColourspace('b-w')
      .png({ compressionLevel: 4 })
      .toFile(join(folder, 'masks', `${view.image}.png`)),
  ]);
  parentPort!.postMessage('drawn');
}
