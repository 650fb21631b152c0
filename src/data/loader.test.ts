import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import sharp from 'sharp';
import { OslerError } from '../errors.ts';
import { augmentImage } from './augment/augment.ts';
import { AugmentSpec } from './augment/spec.ts';
import { type Batch, createLoader, type LoaderOptions } from './loader.ts';
import { Control } from './loader-work.ts';
import type { PreprocessSpec } from './preprocess-spec.ts';
import { resize } from './resize.ts';
import type { Dataset, Sample } from './sample.ts';

const spec: PreprocessSpec = { width: 24, height: 16, fit: 'stretch', channels: 3, mean: [0.5], std: [0.5] };
const IMAGE = 24 * 16 * 3;
let folder: string;
let dataset: Dataset;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'osler-loader-'));
  const samples: Sample[] = [];
  for (let i = 0; i < 22; i++) {
    // The red value names the image, however it is mirrored.
    const bytes = await sharp({
      create: { width: 30, height: 20, channels: 3, background: { r: i * 10, g: 50, b: 9 } },
    })
      .png()
      .toBuffer();
    writeFileSync(join(folder, `${i}.png`), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const label = i < 16 ? 'common' : 'rare';
    samples.push({
      id: `${i}.png`,
      uri: `file:${i}.png`,
      sha256,
      label,
      split: 'train',
      width: 30,
      height: 20,
      meta: {},
    });
  }
  dataset = datasetOf(samples);
});
after(() => rmSync(folder, { recursive: true }));

function datasetOf(samples: Sample[]): Dataset {
  const record = { name: 'tiny', classes: ['common', 'rare'] } as unknown as Dataset['record'];
  return {
    record,
    samples: (split) => samples.filter((s) => split === undefined || s.split === split),
    excluded: [],
    pairs: async () => [],
    accepted: null,
    path: ({ id }) => join(folder, id),
  };
}

interface Seen {
  ids: string[];
  digest: string;
  targets: number[];
}

async function seen(
  options: Partial<LoaderOptions>,
  epochs: number[],
  startBatch = 0,
  from = dataset,
): Promise<Seen[][]> {
  const loader = createLoader(from, { split: 'train', spec, batchSize: 4, seed: 7, cacheDir: null, ...options });
  const out: Seen[][] = [];
  try {
    for (const epoch of epochs) {
      const batches: Seen[] = [];
      for await (const batch of loader.epoch(epoch, { startBatch })) {
        check(batch);
        const digest = createHash('sha256').update(batch.images).digest('hex');
        batches.push({ ids: batch.ids, digest, targets: Array.from(batch.targets ?? []) });
      }
      out.push(batches);
    }
  } finally {
    await loader.close();
  }
  return out;
}

function check({ images, ids, labels }: Batch): void {
  assert.equal(images.length, ids.length * IMAGE);
  ids.forEach((id, n) => {
    assert.equal(labels[n], Number.parseInt(id, 10) < 16 ? 0 : 1);
  });
}

test('an epoch that was begun ahead gives the same batches; another one gives it up', async () => {
  const plain = await seen({}, [0, 1]);
  const digests = plain.map((epoch) => epoch.map(({ digest }) => digest));
  for (const [epoch, startBatch] of [
    [0, 0],
    [1, 2],
  ] as const) {
    const loader = createLoader(dataset, { split: 'train', spec, batchSize: 4, seed: 7, cacheDir: null });
    const read: string[] = [];
    try {
      loader.begin(0);
      for await (const { images } of loader.epoch(epoch, { startBatch }))
        read.push(createHash('sha256').update(images).digest('hex'));
    } finally {
      await loader.close();
    }
    assert.deepEqual(read, digests[epoch]!.slice(startBatch));
  }
});

test('every epoch can be begun ahead, once the workers have left the one before', async () => {
  const digests = (await seen({}, [0, 1, 2])).map((epoch) => epoch.map(({ digest }) => digest));
  const loader = createLoader(dataset, { split: 'train', spec, batchSize: 4, seed: 7, cacheDir: null });
  const until = async (what: string, ready: () => boolean): Promise<void> => {
    for (let i = 0; i < 3_000 && !ready(); i++) await setTimeout(10);
    assert.ok(ready(), what);
  };
  const idle = () => Reflect.get(loader, 'busy') === 0;
  const slotsFull = () => {
    const control: Int32Array | undefined = Reflect.get(loader, 'control');
    return control !== undefined && [0, 1, 2, 3].every((slot) => Atomics.load(control, Control.turns + slot) === 1);
  };
  const read = async (epoch: number): Promise<string[]> => {
    const found: string[] = [];
    for await (const { images } of loader.epoch(epoch)) found.push(createHash('sha256').update(images).digest('hex'));
    return found;
  };
  try {
    for (const epoch of [0, 1]) {
      await until('the workers have left', idle);
      loader.begin(epoch);
      await until(`epoch ${epoch} is read ahead`, slotsFull);
      assert.deepEqual(await read(epoch), digests[epoch]);
    }
    // Whether or not the workers have left by now.
    loader.begin(2);
    assert.deepEqual(await read(2), digests[2]);
    for await (const _ of loader.epoch(0)) break;
    assert.ok(!idle());
    loader.begin(2);
    assert.equal(Reflect.get(loader, 'begun'), undefined, 'nothing is begun while workers are still leaving');
    assert.deepEqual(await read(2), digests[2]);
    // An error is that epoch's alone.
    const image = join(folder, '3.png');
    renameSync(image, `${image}.away`);
    await assert.rejects(read(0), OslerError);
    renameSync(`${image}.away`, image);
    await until('the workers have left', idle);
    loader.begin(0);
    assert.deepEqual(await read(0), digests[0]);
    await until('the workers have left', idle);
  } finally {
    await loader.close();
  }
});

test('without shuffling: every sample once, in order, the last batch short, its own pixels', async () => {
  const loader = createLoader(dataset, { split: 'train', spec, batchSize: 4, seed: 7, cacheDir: null, shuffle: false });
  const ids: string[] = [];
  for await (const batch of loader.epoch(0)) {
    batch.ids.forEach((id, n) => {
      assert.equal(batch.images[n * IMAGE], Number.parseInt(id, 10) * 10);
    });
    ids.push(...batch.ids);
  }
  await loader.close();
  assert.equal(loader.batchesPerEpoch, 6);
  assert.deepEqual(
    ids,
    dataset.samples().map(({ id }) => id),
  );
});

test('what an epoch gives depends on seed and epoch, not on workers, cache or where it starts', async () => {
  const augment = AugmentSpec.parse({
    flipHorizontal: 0.5,
    rotation: 20,
    brightness: 0.3,
    cutout: {},
    mixup: { alpha: 0.4 },
    cutmix: {},
  });
  const cacheDir = join(folder, 'cache-order');
  const [first, second] = await seen({ augment, workers: 1 }, [0, 1]);
  const [again, later] = await seen({ augment, workers: 3, cacheDir, ahead: 2 }, [0, 1]);
  const [cached] = await seen({ augment, workers: 2, cacheDir }, [1]);
  assert.deepEqual(again, first);
  assert.deepEqual(later, second);
  assert.deepEqual(cached, second);
  assert.notDeepEqual(
    first!.map(({ ids }) => ids),
    second!.map(({ ids }) => ids),
  );
  const [rest] = await seen({ augment }, [1], 3);
  assert.deepEqual(rest, second!.slice(3));
  for (const { targets } of first!) {
    for (let n = 0; n < 4; n++) assert.ok(Math.abs(targets[2 * n]! + targets[2 * n + 1]! - 1) < 1e-6);
  }
});

test('an epoch of smaller images has them scaled down from the whole ones, from the cache or not, and augmented and mixed as they are', async () => {
  const cacheDir = join(folder, 'cache-small');
  const small = { width: 12, height: 8 };
  const sizeAt = (epoch: number) => (epoch === 0 ? small : { width: spec.width, height: spec.height });
  const options = { ...{ split: 'train' as const, spec, batchSize: 4, seed: 7, shuffle: false }, cacheDir, sizeAt };
  const read = async (epochs: number[], more: Partial<LoaderOptions> = {}, from = dataset) => {
    const loader = createLoader(from, { ...options, ...more });
    const images: Uint8Array[] = [];
    try {
      for (const epoch of epochs) {
        for await (const batch of loader.epoch(epoch)) {
          assert.deepEqual(batch.size, sizeAt(epoch));
          const bytes = batch.size.width * batch.size.height * 3;
          assert.equal(batch.images.length, batch.ids.length * bytes);
          for (let n = 0; n < batch.ids.length; n++) images.push(batch.images.slice(n * bytes, (n + 1) * bytes));
        }
      }
    } finally {
      await loader.close();
    }
    return images;
  };
  const cold = await read([0, 1]);
  const whole = cold.slice(22);
  for (const [n, image] of whole.entries()) {
    const to = { ...small, left: 0, top: 0, windowWidth: small.width, windowHeight: small.height };
    assert.deepEqual(cold[n], resize({ ...spec, data: image }, to));
  }
  assert.deepEqual(await read([0, 1]), cold, 'from the cache');
  const augment = AugmentSpec.parse({ flipHorizontal: 0.5, brightness: 0.3, mixup: { alpha: 1 } });
  const drawn = await read([0], { augment });
  assert.notDeepEqual(drawn, cold.slice(0, 22));
  assert.deepEqual(await read([0], { augment, cacheDir: null, workers: 2 }), drawn);

  // A blur that is half as wide in pixels shows the same.
  const noise = await sharp({
    create: {
      width: 24,
      height: 16,
      channels: 3,
      background: 'black',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png()
    .toBuffer();
  writeFileSync(join(folder, 'noise.png'), noise);
  const sha256 = createHash('sha256').update(noise).digest('hex');
  const one = datasetOf([{ ...dataset.samples()[0]!, id: 'noise.png', sha256 }]);
  const look = (augment: AugmentSpec | null) => read([0], { augment, batchSize: 1, cacheDir: null }, one);
  const blur = (sigma: number) => AugmentSpec.parse({ blur: { probability: 1, sigma: [sigma, sigma] } });
  const [plain] = await look(null);
  const expected = new Uint8Array(plain!.length);
  const key = { seed: 7, epoch: 0, id: 'noise.png' };
  augmentImage(plain!, expected, { ...small, channels: 3 }, blur(1), key);
  assert.deepEqual(await look(blur(2)), [expected]);
  assert.notDeepEqual(expected, plain);
});

test('an epoch that is left early can be followed by another', async () => {
  const loader = createLoader(dataset, { split: 'train', spec, batchSize: 4, seed: 7, cacheDir: null });
  const whole: string[] = [];
  for await (const batch of loader.epoch(5)) whole.push(...batch.ids);
  for await (const batch of loader.epoch(3)) if (batch.index === 1) break;
  const again: string[] = [];
  for await (const batch of loader.epoch(5)) again.push(...batch.ids);
  await loader.close();
  assert.deepEqual(again, whole);
});

test('workers fill the slots while the main thread blocks', async () => {
  const loader = createLoader(dataset, { split: 'train', spec, batchSize: 4, seed: 7, cacheDir: null, ahead: 5 });
  const batches = loader.epoch(0);
  await batches.next();
  const control: Int32Array = Reflect.get(loader, 'control');
  const ready = () => [1, 2, 3, 4].every((slot) => Atomics.load(control, Control.turns + slot) === 1);
  for (let i = 0; i < 6_000 && !ready(); i++) Atomics.wait(control, Control.turns, 1, 10);
  let turned = false;
  setImmediate(() => {
    turned = true;
  });
  for (let i = 1; i < 5; i++) await batches.next();
  assert.ok(!turned, 'the batches ahead stood ready');
  await batches.return(undefined);
  await loader.close();
});

test('an unreadable image is an error by name', async () => {
  writeFileSync(join(folder, 'broken.png'), 'no picture');
  const sha256 = createHash('sha256').update('no picture').digest('hex');
  const samples = [...dataset.samples(), { ...dataset.samples()[0]!, id: 'broken.png', sha256 }];
  const wanted = (error: unknown): boolean =>
    error instanceof OslerError && error.code === 'IMAGE_TYPE' && /broken\.png/.test(error.message);
  await assert.rejects(seen({ shuffle: false }, [0], 0, datasetOf(samples)), wanted);
});

test('an image that was changed since the import is an error by name, and not cached as what it was', async () => {
  copyFileSync(join(folder, '3.png'), join(folder, 'changed.png'));
  const samples = [{ ...dataset.samples()[2]!, id: 'changed.png' }];
  const cacheDir = join(folder, 'cache-changed');
  const wanted = (error: unknown): boolean =>
    error instanceof OslerError && error.code === 'DATA_INVALID' && /^changed\.png is not the file/.test(error.message);
  for (let i = 0; i < 2; i++)
    await assert.rejects(seen({ cacheDir, dropLast: false }, [0], 0, datasetOf(samples)), wanted);
});

test('the cache is used, and what a kill left half-written is decoded again', async () => {
  const cacheDir = join(folder, 'cache-kill');
  const [first] = await seen({ cacheDir, workers: 1 }, [0]);
  const [transform] = readdirSync(cacheDir);
  const files = readdirSync(join(cacheDir, transform!));
  assert.equal(files.length, 2, 'one pack');
  const pixels = files.find((file) => file.endsWith('.pixels'))!;
  const index = files.find((file) => file.endsWith('.index'))!;
  truncateSync(join(cacheDir, transform!, pixels), 18 * IMAGE - 100);
  truncateSync(join(cacheDir, transform!, index), 19 * 40 - 7);
  const [again] = await seen({ cacheDir, workers: 1 }, [0]);
  assert.deepEqual(again, first);
  const sources = datasetOf(dataset.samples().map((sample) => ({ ...sample, id: sample.id })));
  const gone: Dataset = { ...sources, path: () => join(folder, 'nowhere.png') };
  const [withoutFiles] = await seen({ cacheDir, dropLast: true }, [0], 0, gone);
  assert.deepEqual(withoutFiles, first);
});

test('the cache keeps to its bound, removing what was used longest ago', async () => {
  const cacheDir = join(folder, 'cache-bound');
  mkdirSync(join(cacheDir, 'v0-old'), { recursive: true });
  for (const file of ['a.pixels', 'a.index']) writeFileSync(join(cacheDir, 'v0-old', file), Buffer.alloc(10 * IMAGE));
  await seen({ cacheDir, workers: 1, cacheBytes: 25 * IMAGE }, [0]);
  assert.deepEqual(readdirSync(join(cacheDir, 'v0-old')), [], 'the old transform made room');
  const small = join(folder, 'cache-small');
  await seen({ cacheDir: small, workers: 2, cacheBytes: 5 * IMAGE }, [0]);
  const [transform] = readdirSync(small);
  const loader = createLoader(dataset, {
    split: 'train',
    spec,
    batchSize: 4,
    seed: 7,
    cacheDir: small,
    cacheBytes: 5 * IMAGE,
  });
  await loader.close();
  assert.ok(readdirSync(join(small, transform!)).length <= 4, 'at most one pack a worker');
});
