import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otherDifferences } from '../../web/src/pages/deployments/limits.ts';
import type { Spec } from '../../web/src/pages/deployments/queries.ts';

test('what a revision changes beside the traffic is told', () => {
  const limits = { maxBatch: 4, maxDelayMs: 0, concurrency: 16, queue: 64, deadlineMs: 10_000 };
  const spec = (more: object): Spec =>
    ({ limits, sticky: 'patient', keep: { days: null, answers: null }, override: null, ...more }) as Spec;
  assert.deepEqual(otherDifferences(spec({}), spec({})), []);
  assert.deepEqual(
    otherDifferences(
      spec({ limits: { ...limits, deadlineMs: 19 }, override: 'urgent' }),
      spec({ sticky: 'session', keep: { days: 30, answers: 500 } }),
    ),
    [
      'Longest wait (ms): 19 → 10000',
      'A key stands for a session, not a patient',
      'Kept of the log: all → 30 days, 500 answers',
      'No checks are overridden any more',
    ],
  );
});
