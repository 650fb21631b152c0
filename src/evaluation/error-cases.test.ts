import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCases } from './error-cases.ts';
import type { Predictions } from './predictions.ts';

const temperature = { value: 1, from: 'default' as const, uncalibratedLogLoss: null };

function predictions(classes: string[], rows: [label: number, ...logits: number[]][]): Predictions {
  return {
    classes,
    ids: rows.map((_, i) => `${i}.png`),
    labels: Int32Array.from(rows, ([label]) => label),
    logits: Float32Array.from(rows.flatMap(([, ...logits]) => logits)),
    groups: rows.map((_, i) => `g${i}`),
  };
}

test('the surest error comes first, the closest call too; with two classes the threshold decides', () => {
  const two = predictions(
    ['no', 'yes'],
    [
      [0, 0, 3],
      [1, 0, 3],
      [1, 0, -1],
      [0, 0, -0.9],
      [1, 2, 0],
    ],
  );
  const point = { positive: ['yes'], threshold: 0.3 };
  const cases = errorCases(
    { operatingPoint: point as never, temperature, calibrator: null, classRule: null },
    two,
    'run',
  );
  assert.equal(cases.wrong, 3);
  assert.deepEqual(
    cases.confident.map(({ id, decided }) => [id, decided]),
    [
      ['0.png', 'yes'],
      ['4.png', 'no'],
      ['2.png', 'no'],
    ],
  );
  assert.equal(cases.uncertain[0]!.id, '3.png');
  assert.ok(Math.abs(cases.confident[0]!.truth + cases.confident[0]!.probability - 1) < 1e-9);
});

test('with more classes the lead of the likeliest counts; nothing wrong gives an empty grid', () => {
  const three = predictions(
    ['a', 'b', 'c'],
    [
      [0, 5, 0, 0],
      [1, 1, 1.1, -9],
    ],
  );
  const cases = errorCases({ operatingPoint: null, temperature, calibrator: null, classRule: null }, three, 'run');
  assert.equal(cases.wrong, 0);
  assert.deepEqual(cases.confident, []);
  assert.deepEqual(
    cases.uncertain.map(({ id }) => id),
    ['1.png', '0.png'],
  );
});
