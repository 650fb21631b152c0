import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonLines, shortReason } from './reason-lines.ts';

test('a table names each reason once, below it, with what it is for', () => {
  assert.equal(shortReason('no interval: 3 groups only'), 'no interval');
  assert.equal(shortReason(undefined), '');
  const few = { reason: 'no interval: 3 groups only, and fewer than 6 show nothing' };
  const rows = ['AUROC', 'Brier', 'ECE', 'F1'].map((label) => ({ label, ...few }));
  assert.deepEqual(
    reasonLines([
      ...rows,
      { label: 'Accuracy', reason: undefined },
      { label: 'PPV', reason: 'not estimable: no alarm' },
    ]),
    [
      'no interval for AUROC, Brier and 2 more: 3 groups only, and fewer than 6 show nothing',
      'not estimable for PPV: no alarm',
    ],
  );
});
