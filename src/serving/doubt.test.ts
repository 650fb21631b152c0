/** From fitting on images to the answer over HTTP: calibration, sets, and images unlike the others. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import type { Bundle } from '../bundle/open.ts';
import type { Dataset, Sample } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { calibrate } from '../evaluation/decisions/calibration/apply.ts';
import { fitConformal } from '../evaluation/decisions/conformal.ts';
import { fitOutOfDistribution } from '../evaluation/decisions/ood/fit.ts';
import type { Predictions } from '../evaluation/predictions.ts';
import { predictSamples } from './predict-samples.ts';
import { createPredictor, type Prediction } from './predictor.ts';
import { picture, tinyBundle } from './testing.ts';

const calibration = { method: 'vector' as const, scale: [1.5, 0.7], shift: [0.2, -0.1] };
let home: string;
let bundle: Bundle;
let validation: Predictions;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-doubt-'));
  const plain = await createPredictor(await tinyBundle(home), { threads: 1 });
  const samples: Sample[] = [];
  for (let i = 0; i < 80; i++) {
    const id = `${i}.png`;
    const bytes = await picture(i, 30 + (i % 9), 24 + (i % 7));
    await writeFile(join(home, id), bytes);
    samples.push({
      ...{ id, uri: `file:${id}`, sha256: hash('sha256', bytes), split: 'val', width: 40, height: 30 },
      ...{ label: i % 2 === 0 ? 'benign' : 'malignant', meta: {} },
    });
  }
  const dataset = { samples: () => samples, path: ({ id }: Sample) => join(home, id) } as unknown as Dataset;
  validation = await predictSamples(plain, dataset, 'val');
  await plain.close();
  const conformal = fitConformal(validation, 0.9);
  const outOfDistribution = fitOutOfDistribution(validation, 0.05);
  bundle = await tinyBundle(home, { calibration, conformal, outOfDistribution }, 'doubting');
});
after(() => rm(home, { recursive: true }));

const good = (answer: Prediction | OslerError | undefined): Prediction => {
  assert.ok(answer !== undefined && !(answer instanceof OslerError), String(answer));
  return answer;
};

test('predictions carry what evaluation needs', () => {
  assert.equal(validation.embeddings!.length, 80 * 4);
  assert.equal(validation.appearances!.length, 80 * 26);
  assert.ok(validation.appearances!.every(Number.isFinite));
});

test('the bundle answers as its decisions say: calibrated, with a set, and with doubt where it is due', async () => {
  const predictor = await createPredictor(bundle, { threads: 1 });
  try {
    const own = (await predictor.predict(validation.ids.map((id) => join(home, id)))).map(good);
    const p = calibrate(validation.logits, 2, calibration);
    let held = 0;
    own.forEach(({ probabilities, set }, i) => {
      assert.ok(Math.abs(probabilities.malignant! - p[2 * i + 1]!) < 1e-5);
      assert.equal(set!.coverage, 0.9);
      if (set!.labels.includes(i % 2 === 0 ? 'benign' : 'malignant')) held += 1;
    });
    assert.ok(held >= 72, `${held} of 80 sets hold the label they were fitted on`);
    const unlike = own.filter(({ outOfDistribution }) => outOfDistribution!.verdict).length;
    assert.ok(unlike <= 4, `${unlike} of 80 of its own kind are called unlike`);
    const solid = (background: string) =>
      sharp({ create: { width: 40, height: 30, channels: 3, background } })
        .png()
        .toBuffer();
    const strange = [await solid('#000'), await solid('#fff'), await solid('#00f')];
    for (const answer of (await predictor.predict(strange)).map(good)) {
      const { outOfDistribution } = answer;
      assert.equal(outOfDistribution!.verdict, true, JSON.stringify(outOfDistribution));
      assert.equal(outOfDistribution!.falseAlarmRate, 0.05);
    }
  } finally {
    await predictor.close();
  }
});

test('distances for another network are refused', async () => {
  const { outOfDistribution } = bundle.manifest;
  const { mahalanobis } = outOfDistribution!;
  const manifest = {
    ...bundle.manifest,
    outOfDistribution: {
      ...outOfDistribution!,
      mahalanobis: { ...mahalanobis!, model: { ...mahalanobis!.model, features: 9 } },
    },
  };
  await assert.rejects(createPredictor({ ...bundle, manifest }, { threads: 1 }), {
    code: 'BUNDLE_INVALID',
    message: /embeddings of 4 features/,
  });
});
