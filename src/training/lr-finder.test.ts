import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLr, lrFindingToSvg } from './lr-finder.ts';

const range = { low: 1e-6, high: 10, steps: 100 };

test('the rate where the loss falls fastest is found, and the test ends when the loss blows up', async () => {
  // Falls around 1e-2, blows up beyond 1.
  const loss = (lr: number) => 2 - 1.5 / (1 + (1e-2 / lr) ** 2) + (lr > 1 ? (lr - 1) ** 2 * 50 : 0);
  const finding = await findLr(range, async (lr) => loss(lr));
  assert.ok(finding.diverged);
  assert.ok(finding.points.length < 100);
  assert.ok(finding.suggestion! > 3e-3 && finding.suggestion! < 1e-1, String(finding.suggestion));
  const svg = lrFindingToSvg(finding, 'rates');
  assert.ok(svg.includes('smoothed') && !svg.includes('NaN'));
});

test('a loss that never falls gives no suggestion; NaN ends the test; a stop ends it too', async () => {
  assert.equal((await findLr(range, async () => 1)).suggestion, null);
  assert.ok((await findLr(range, async (lr) => (lr > 1e-3 ? Number.NaN : 1))).diverged);
  let n = 0;
  assert.equal((await findLr(range, async () => (++n > 7 ? false : 1))).points.length, 7);
});
