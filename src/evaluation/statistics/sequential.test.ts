import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generator } from '../random.ts';
import { binomialProbability } from './distributions.ts';
import { blockEvidence, confidenceSequence, pairedEvidence, TwoSampleEvidence } from './sequential.ts';

test('a block is no evidence on average where both shares are the same, whatever was expected', () => {
  for (const truth of [0.02, 0.3, 0.5, 0.85, 0.99]) {
    for (const [p, q] of [
      [0.1, 0.9],
      [0.5, 0.6],
      [0.97, 0.9],
    ] as const) {
      for (const [m, n] of [
        [1, 1],
        [1, 4],
        [7, 1],
      ] as const) {
        let mean = 0;
        for (let i = 0; i <= m; i++)
          for (let j = 0; j <= n; j++) {
            const chance = binomialProbability(i, m, truth) * binomialProbability(j, n, truth);
            mean += chance * Math.exp(blockEvidence({ hits: i, n: m }, { hits: j, n }, p, q));
          }
        assert.ok(mean <= 1 + 1e-12, `${truth} ${p} ${q} ${m} ${n}: ${mean}`);
      }
    }
  }
});

test('looked at after every result, tests and intervals are wrong no more often than they say', () => {
  const random = generator(7);
  const streams = 400;
  let outside = 0;
  let two = 0;
  let paired = 0;
  for (let s = 0; s < streams; s++) {
    const truth = 0.1 + 0.8 * random();
    const evidence = new TwoSampleEvidence();
    const wrong = { outside: false, two: false, paired: false };
    let hits = 0;
    let wins = 0;
    for (let n = 1; n <= 300; n++) {
      const hit = random() < truth;
      if (hit) hits += 1;
      if (random() < 0.5) wins += 1;
      evidence.add(random() < 0.2 ? 0 : 1, hit);
      wrong.two ||= evidence.log >= Math.log(20);
      wrong.paired ||= pairedEvidence(wins, n - wins) >= Math.log(20);
      if (n % 10 !== 0 || wrong.outside) continue;
      const { low, high } = confidenceSequence(hits, n);
      wrong.outside = truth < low || truth > high;
    }
    if (wrong.outside) outside += 1;
    if (wrong.two) two += 1;
    if (wrong.paired) paired += 1;
  }
  for (const [name, count] of Object.entries({ outside, two, paired })) {
    assert.ok(count / streams <= 0.05, `${name}: ${count} of ${streams}`);
  }
});

test('a difference is found', () => {
  const random = generator(3);
  const evidence = new TwoSampleEvidence();
  for (let i = 0; i < 400; i++) evidence.add((i % 2) as 0 | 1, random() < (i % 2 === 0 ? 0.9 : 0.7));
  assert.ok(evidence.log > Math.log(60), String(evidence.log));
  assert.ok(pairedEvidence(30, 8) > Math.log(60));
  assert.ok(pairedEvidence(10, 10) < 0);
});

test('the interval holds the estimate, narrows, and ends where shares end', () => {
  assert.deepEqual(
    Object.values(confidenceSequence(8, 10)).map((x) => Number(x.toFixed(4))),
    [0.3425, 0.9906],
  );
  assert.equal(confidenceSequence(0, 20).low, 0);
  assert.equal(confidenceSequence(20, 20).high, 1);
  const width = (n: number): number => {
    const { low, high } = confidenceSequence(n / 2, n);
    return high - low;
  };
  assert.ok(width(1_000) < width(100) && width(100_000) < 0.02);
});
