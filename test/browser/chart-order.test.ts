/** The order of a page's charts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inOrder } from '../../web/src/pages/experiments/chart-order.ts';

const chart = (key: string, values: number): [string, { mean: number[] }[]] => [
  key,
  [{ mean: Array.from({ length: values }, () => 1) }, { mean: [1] }],
];
const keys = ['test.logLoss', 'lr', 'val.recall/nevus', 'val.auroc', 'val.loss', 'loss'];

test('losses come first and what was measured once last, but for a run that trains', () => {
  const charts = keys.map((key) => chart(key, key.startsWith('test') ? 1 : 5));
  const names = (live: boolean): string[] => inOrder(charts, live).map(([key]) => key);
  assert.deepEqual(names(false), ['loss', 'val.loss', 'val.auroc', 'val.recall/nevus', 'lr', 'test.logLoss']);
  assert.deepEqual(names(true), ['loss', 'test.logLoss', 'val.loss', 'val.auroc', 'val.recall/nevus', 'lr']);
});
