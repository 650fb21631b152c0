import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDataset } from '../data/dataset.ts';
import type { Loader } from '../data/loader.ts';
import type { Sample } from '../data/sample.ts';
import { classesInTurn, evaluationLoader, trainingLoader } from './feeds.ts';
import { geometryOf } from './network.ts';
import { drawDataset, smallConfig } from './testing.ts';

test('classes take turns until each is used up, and no sample is lost', () => {
  const samples = ['a', 'a', 'a', 'b', 'c', 'c'].map((label, i) => ({ id: String(i), label }) as Sample);
  assert.equal(
    classesInTurn(samples)
      .map(({ label }) => label)
      .join(''),
    'abcaca',
  );
  assert.deepEqual(new Set(classesInTurn(samples)), new Set(samples));
  assert.deepEqual(classesInTurn([]), []);
});

test('training images grow from epoch to epoch, those of validation have their whole size in all of them', async () => {
  const home = mkdtempSync(join(tmpdir(), 'osler-feeds-'));
  const sizes = async (loader: Loader) => {
    const seen: string[] = [];
    for (let epoch = 0; epoch < 4; epoch++) {
      for await (const { size, images, ids } of loader.epoch(epoch)) {
        assert.equal(images.length, ids.length * size.height * size.width);
        seen.push(`${size.height}x${size.width}`);
      }
    }
    await loader.close();
    return seen.join(' ');
  };
  try {
    await drawDataset(home, { perClass: 10 });
    const dataset = await openDataset(home, 'spots');
    const config = smallConfig({
      data: { size: 96 },
      training: { epochs: 4, limitBatches: 1, progressive: { from: 0.3, until: 0.7 } },
    });
    const spec = geometryOf(config);
    assert.equal(await sizes(trainingLoader(home, dataset, config, spec)), '32x32 64x64 64x64 96x96');
    const validation = evaluationLoader(home, dataset, config, spec, { split: 'val', limitBatches: 1 });
    assert.equal(await sizes(validation), '96x96 96x96 96x96 96x96');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
