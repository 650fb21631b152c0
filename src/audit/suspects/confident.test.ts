import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { judgeLabels } from './confident.ts';

interface Case {
  classes: number;
  labels: number[];
  probabilities: number[];
  thresholds: number[];
  joint: number[][];
  calibratedErrors: number;
  flagged: number[];
  margins: number[];
}

const goldens = JSON.parse(readFileSync(new URL('./goldens/cleanlab.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

test('thresholds, confident joint, suspects and margins are those of cleanlab', () => {
  for (const golden of goldens.cases) {
    const { labels, probabilities, classes } = golden;
    const { thresholds, joint, suspects, estimatedErrors } = judgeLabels(labels, probabilities, classes);
    for (const [k, threshold] of thresholds.entries()) assert.ok(Math.abs(threshold! - golden.thresholds[k]!) < 1e-9);
    // cleanlab writes at least 1 on the diagonal.
    assert.deepEqual(
      joint.map((row, i) => row.map((v, j) => (i === j ? Math.max(1, v) : v))),
      golden.joint,
    );
    const byIndex = suspects.toSorted((a, b) => a.index - b.index);
    assert.deepEqual(
      byIndex.map(({ index }) => index),
      golden.flagged,
    );
    for (const [i, { margin }] of byIndex.entries()) assert.ok(Math.abs(margin - golden.margins[i]!) < 1e-9);
    assert.ok(Math.abs(estimatedErrors - golden.calibratedErrors) <= classes, `${estimatedErrors}`);
    const margins = suspects.map(({ margin }) => margin);
    assert.deepEqual(
      margins,
      margins.toSorted((a, b) => a - b),
    );
  }
});

test('a class of too few samples is never suggested, however little sets it apart', () => {
  // The one image of class 2 is taken for 0: its mean of 0.05 is reached by all.
  const labels = [0, 0, 0, 1, 1, 1, 2];
  const rows = [
    0.9, 0.05, 0.05, 0.8, 0.1, 0.1, 0.6, 0.2, 0.2, 0.1, 0.8, 0.1, 0.2, 0.7, 0.1, 0.5, 0.4, 0.1, 0.9, 0.05, 0.05,
  ];
  const { thresholds, suspects } = judgeLabels(labels, rows, 3, 2);
  assert.equal(thresholds[2], null);
  assert.deepEqual(
    suspects.map(({ suggested }) => suggested).filter((suggested) => suggested === 2),
    [],
  );
  assert.ok(judgeLabels(labels, rows, 3).suspects.some(({ suggested }) => suggested === 2));
});

test('a class without samples has no threshold and is never suggested; sound labels give no suspect', () => {
  const labels = [0, 0, 1, 1];
  const sound = [0.9, 0.1, 0, 0.8, 0.2, 0, 0.1, 0.9, 0, 0.3, 0.7, 0];
  const { thresholds, suspects, estimatedErrors } = judgeLabels(labels, sound, 3);
  assert.equal(thresholds[2], null);
  assert.deepEqual(suspects, []);
  assert.equal(estimatedErrors, 0);
  assert.deepEqual(judgeLabels([], [], 2).suspects, []);
});
