import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otherDifferences } from '../../web/src/pages/deployments/limits.ts';
import type { Revision, Spec } from '../../web/src/pages/deployments/queries.ts';
import { rollbackTarget } from '../../web/src/pages/deployments/rollback.ts';

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

test('what a rollback brings back is what the server would: the last other one, and then one further back', () => {
  const revision = (number: number, live: string, more: { what?: string; canary?: object | null } = {}): Revision => {
    const { what = 'deployment.change', canary = null } = more;
    return { number, what, spec: { live: [{ name: live }], canary } } as unknown as Revision;
  };
  const target = (...all: Revision[]): number | undefined => rollbackTarget(all.toReversed())?.number;
  const [one, two, three] = [revision(1, 'a'), revision(2, 'b'), revision(3, 'c')];
  assert.equal(target(one), undefined);
  assert.equal(target(one, two, three), 2);
  assert.equal(target(one, two, three, revision(4, 'b', { what: 'deployment.rollback' })), 1);
  assert.equal(target(one, two, revision(3, 'b', { canary: { name: 'c' } })), 3, 'the canary ends');
  assert.equal(target(one, two, revision(3, 'b')), 1, 'not to what is the same');
});
