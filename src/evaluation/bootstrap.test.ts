import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootstrap, takeChunks, type Work } from './bootstrap.ts';
import { groupIndices } from './check.ts';
import { AT } from './metrics/names.ts';
import { softmax } from './metrics/softmax.ts';
import { Resampler } from './random.ts';
import { Scorer } from './scorer.ts';
import { fakePredictions } from './testing.ts';

function scorerOf(samples: number, classes: number) {
  const names = Array.from({ length: classes }, (_, k) => `c${k}`);
  const p = fakePredictions({ samples, classes: names, seed: 1, perGroup: 2 });
  return new Scorer({
    classes,
    labels: p.labels,
    probabilities: softmax(p.logits, classes),
    ...groupIndices(p.groups),
    question: { members: [0], threshold: 0.4 },
    rule: null,
  });
}

test('threads and one thread make the same draws, to the last bit', () => {
  const scorer = scorerOf(3000, 9);
  const resamples = 1850;
  // Large enough for helpers: samples x rankings x resamples.
  assert.ok(3000 * 12 * resamples >= 60_000_000);
  const shared = bootstrap(scorer, resamples, 7);
  const alone: Work = {
    scored: scorer.data,
    resamples,
    seed: 7,
    draws: new Float64Array(scorer.length * resamples),
    chunks: new Int32Array(1 + Math.ceil(resamples / 100)),
  };
  takeChunks(alone, scorer);
  shared.forEach((row, m) => {
    assert.deepEqual(row, alone.draws.subarray(m * resamples, (m + 1) * resamples));
  });
});

test('a seed gives the same draws, another seed others; fewer resamples are a beginning of more', () => {
  const scorer = scorerOf(200, 2);
  const auroc = (resamples: number, seed: number) => Array.from(bootstrap(scorer, resamples, seed)[AT.auroc]!);
  assert.deepEqual(auroc(250, 3), auroc(250, 3));
  assert.notDeepEqual(auroc(250, 3), auroc(250, 4));
  assert.deepEqual(auroc(130, 3), auroc(250, 3).slice(0, 130));
});

test('every unit is drawn as often as any other, in as many draws as there are units', () => {
  const total = new Float64Array(50);
  const counts = new Float64Array(50);
  for (let stream = 0; stream < 400; stream++) {
    new Resampler(9, stream).draw(counts);
    assert.equal(
      counts.reduce((a, b) => a + b),
      50,
    );
    counts.forEach((n, u) => {
      total[u]! += n;
    });
  }
  // 400 draws of each, with a standard deviation of 20.
  for (const n of total) assert.ok(Math.abs(n - 400) < 90, `${n}`);
});
