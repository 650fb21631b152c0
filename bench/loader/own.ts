/** `node own.ts FOLDER SIDE BATCH WORKERS EPOCHS CACHE`: Osler's loader over FOLDER/CLASS/*.jpg; prints what peer.py prints. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AugmentSpec } from '../../src/data/augment/spec.ts';
import { createLoader } from '../../src/data/loader.ts';
import type { Dataset, DatasetRecord, Sample } from '../../src/data/sample.ts';

const [folder, side, batch, workers, epochs, cacheDir] = process.argv.slice(2);
const started = performance.now();
const classes = readdirSync(folder!).sort();
// What `osler data import` leaves behind: names, labels and hashes.
const samples = classes.flatMap((label) =>
  readdirSync(join(folder!, label)).map((file): Sample => {
    const id = `${label}/${file}`;
    const sha256 = createHash('sha256')
      .update(readFileSync(join(folder!, id)))
      .digest('hex');
    return { id, uri: `file:${join(folder!, id)}`, sha256, label, split: 'train', width: 600, height: 450, meta: {} };
  }),
);
const dataset: Dataset = {
  record: { name: 'folder', classes } as DatasetRecord,
  samples: () => samples,
  excluded: [],
  pairs: async () => [],
  accepted: null,
  path: ({ id }) => join(folder!, id),
};
const loader = createLoader(dataset, {
  split: 'train',
  spec: { width: Number(side), height: Number(side), fit: 'stretch', channels: 3 },
  batchSize: Number(batch),
  seed: 1,
  workers: Number(workers),
  cacheDir: cacheDir!,
  augment: AugmentSpec.parse({
    flipHorizontal: 0.5,
    flipVertical: 0.5,
    rotation: 180,
    brightness: 0.15,
    contrast: 0.15,
    saturation: 0.15,
    hue: 0.02,
  }),
});
const ends: number[] = [];
const cpu: number[] = [];
for (let epoch = 0; epoch < Number(epochs); epoch++) {
  for await (const { images, labels } of loader.epoch(epoch)) {
    if (images.length !== labels.length * Number(side) * Number(side) * 3) throw new Error('a batch of the wrong size');
  }
  ends.push((performance.now() - started) / 1000);
  const { user, system } = process.cpuUsage();
  cpu.push((user + system) / 1e6);
}
await loader.close();
console.log(JSON.stringify({ ends, cpu: cpu.at(-1), cpuEnds: cpu }));
