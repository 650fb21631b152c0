/** The bars on real data (OSLER_DATA): a published benchmark trained to its bar, pretrained weights carried over to dermoscopy. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { processEnvironment } from '../../src/config/environment.ts';
import { oslerJson, processorSeconds } from '../command.ts';

const data = processEnvironment().data;
const skip = data === undefined ? 'OSLER_DATA is not set: the bars on real data were not measured' : false;

interface Evaluated {
  metrics: Record<string, { value: number; low: number; high: number }>;
}
interface Trained {
  run: string;
  seconds: number;
  best: { epoch: number; value: number };
}

describe('real data', { skip }, () => {
  let home: string;
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'osler-real-'));
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  test('PneumoniaMNIST: mean of three seeds has AUROC >= 0.965 and accuracy >= 0.89, each trained within 4 minutes', async (t) => {
    await oslerJson(home, [
      'data',
      'import',
      join(data!, 'pneumoniamnist/pneumoniamnist.npz'),
      '--name',
      'pneumoniamnist',
      // Eight of its validation images are in its training set.
      '--fix',
    ]);
    const seeds = [1, 2, 3];
    let auroc = 0;
    let accuracy = 0;
    for (const seed of seeds) {
      const before = processorSeconds();
      const trained = await oslerJson<Trained>(home, [
        'train',
        'pneumoniamnist',
        'dataset=pneumoniamnist',
        `seed=${seed}`,
      ]);
      const processor = processorSeconds() - before;
      const { metrics } = await oslerJson<Evaluated>(home, ['evaluate', trained.run]);
      t.diagnostic(
        `seed ${seed}: ${trained.seconds.toFixed(0)} s, ${processor.toFixed(0)} s of processors, best epoch ${trained.best.epoch}, test AUROC ${metrics.auroc!.value.toFixed(4)}, accuracy ${metrics.accuracy!.value.toFixed(4)}`,
      );
      // Of one processor, as the clock tells of others who are at work as well.
      assert.ok(processor > 0 && processor <= 240, `seed ${seed} took ${processor} s of processors`);
      auroc += metrics.auroc!.value / seeds.length;
      accuracy += metrics.accuracy!.value / seeds.length;
    }
    t.diagnostic(`mean: AUROC ${auroc.toFixed(4)}, accuracy ${accuracy.toFixed(4)}`);
    assert.ok(auroc >= 0.965, `mean AUROC ${auroc}`);
    assert.ok(accuracy >= 0.89, `mean accuracy ${accuracy}`);
  });

  test('ISIC with lesion ids joined; MobileNetV2 from the given weights trains on it and beats chance clearly', async (t) => {
    const imported = await oslerJson<{ samples: number; excluded: Record<string, number>; classes: string[] }>(home, [
      'data',
      'import',
      join(data!, 'isic9/images'),
      '--name',
      'isic9',
      '--metadata',
      join(data!, 'isic9/HAM10000_metadata.csv'),
      '--id',
      'image_id',
      '--group',
      'lesion_id',
      '--fix',
    ]);
    assert.equal(imported.samples + imported.excluded.labelConflict!, 2357 + 2);
    // One of them stands under two labels as two photographs of one lesion, which no change of a file explains.
    assert.equal(imported.excluded.labelConflict, 312);
    assert.equal(imported.classes.length, 9);
    const weights = resolve(data!, '../weights/mobilenet_v2/mobilenet_v2_imagenet.safetensors');
    const trained = await oslerJson<Trained>(home, [
      'train',
      'isic-mobilenet',
      'dataset=isic9',
      `model.pretrained=${weights}`,
      'training.epochs=2',
      'data.subsample=0.5',
    ]);
    const { metrics } = await oslerJson<Evaluated>(home, ['evaluate', trained.run]);
    t.diagnostic(
      `two epochs on half the data: macro AUROC ${metrics.auroc!.value.toFixed(3)}, ${trained.seconds.toFixed(0)} s`,
    );
    assert.ok(metrics.auroc!.low > 0.6, `macro AUROC ${JSON.stringify(metrics.auroc)}`);
  });
});
