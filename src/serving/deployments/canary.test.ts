import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VariantOutcomes } from '../../store/deployments/types.ts';
import { type CanaryView, decide, latencyStanding, recordOf } from './canary.ts';
import { promoted, stepped, withCanary, withoutCanary } from './change.ts';
import { type CanaryPlan, membersOf, parseSpec } from './spec.ts';

const base = parseSpec({ live: [{ name: 'skin@1', model: 'skin', version: 1, weight: 3 }] });
const ref = { name: 'skin@2', model: 'skin', version: 2 };
const plan: CanaryPlan = {
  ...{ steps: [5, 25, 50], minRequests: 100, minSeconds: 10, maxErrorRate: 0.02, maxLatencyRatio: 1.5, quality: true },
};
const spec = withCanary(base, ref, plan, 0);

const outcomes = (variant: string, n: number, { failed = 0, ms = 10 } = {}): VariantOutcomes => ({
  variant,
  role: variant === 'skin@2' ? 'canary' : 'live',
  counts: { ENGINE_FAILED: failed, IMAGE_UNREADABLE: 3, ok: n - failed - 3 },
  milliseconds: Array.from({ length: n - failed - 3 }, (_, i) => ms + (i % 5)),
});
const view = (own: VariantOutcomes, more: Partial<CanaryView> = {}): CanaryView => ({
  ...{ outcomes: [own, outcomes('skin@1', 200)], seconds: 60, worse: null },
  ...more,
});

test('a canary begins, grows, and takes the place of the live ones', () => {
  assert.deepEqual(
    membersOf(spec).map(({ name, share }) => [name, share]),
    [
      ['skin@1', 0.95],
      ['skin@2', 0.05],
    ],
  );
  assert.throws(() => withCanary(spec, ref, plan, 0), { code: 'ALREADY_EXISTS' });
  assert.equal(membersOf(stepped(spec)!)[1]!.share, 0.25);
  assert.equal(stepped(stepped(stepped(spec)!)!), null);
  assert.deepEqual(promoted(spec).live, [{ ...ref, weight: 1 }]);
  assert.deepEqual(withoutCanary(spec), base);
  assert.throws(() => promoted(base), { code: 'USAGE' });
});

test('it gets more only after enough answers and time, with its record as the reason', () => {
  assert.equal(decide(spec, view(outcomes('skin@2', 99))), null);
  assert.equal(decide(spec, view(outcomes('skin@2', 100), { seconds: 9 })), null);
  const move = decide(spec, view(outcomes('skin@2', 100)))!;
  assert.equal(move.what, 'canary.step');
  assert.match(move.why, /skin@2 from 5% to 25%: 100 answers, 0 failed, 95% within 14\.0 ms \(live 14\.0 ms\)/);
  const last = { ...spec, canary: { ...spec.canary!, step: 2 } };
  assert.equal(decide(last, view(outcomes('skin@2', 100)))!.what, 'canary.promote');
});

test('no step is taken on fewer answers than a comparison of latencies takes', () => {
  const asking = (more: Partial<CanaryPlan>) => withCanary(base, ref, { ...plan, minRequests: 1, ...more }, 0);
  const both = (own: number, live: number) =>
    view(outcomes('skin@2', own + 3), { outcomes: [outcomes('skin@2', own + 3), outcomes('skin@1', live + 3)] });
  assert.equal(decide(asking({}), both(39, 200)), null);
  assert.equal(decide(asking({}), both(200, 39)), null);
  assert.equal(decide(asking({}), both(40, 40))?.what, 'canary.step');
  // What can't be compared, or is not to be, is said where the step is told.
  const all = { ...asking({ steps: [5, 100] }) };
  const alone = { outcomes: [outcomes('skin@2', 60)], seconds: 60, worse: null };
  const last = decide({ ...all, canary: { ...all.canary!, step: 1 } }, alone)!;
  assert.equal(last.what, 'canary.promote');
  assert.match(last.why, /60 answers, 0 failed, latency not compared: the live ones answer nothing at this step/);
  assert.match(
    decide(asking({ maxLatencyRatio: null }), both(3, 0))!.why,
    /latency not compared: the plan leaves it out/,
  );
});

test('it goes back for failures, for certain ones only, and for latency', () => {
  assert.equal(decide(spec, view(outcomes('skin@2', 40, { failed: 1 }))), null);
  const failing = decide(spec, view(outcomes('skin@2', 12, { failed: 8 })))!;
  assert.equal(failing.what, 'canary.rollback');
  assert.match(failing.why, /8 of 12 requests failed, more than the 2% that may/);
  assert.deepEqual(parseSpec(failing.spec).canary, null);
  // Neither certainly too many nor few enough.
  assert.equal(decide(spec, view(outcomes('skin@2', 120, { failed: 4 }))), null);
  const slow = decide(spec, view(outcomes('skin@2', 60, { ms: 30 })))!;
  assert.equal(slow.what, 'canary.rollback');
  assert.match(slow.why, /more than 1\.5 times/);
  assert.equal(decide(spec, view(outcomes('skin@2', 20, { ms: 300 }))), null);
});

test('a few slow answers are no reason to go back, and none to go on', () => {
  const own = outcomes('skin@2', 43);
  assert.equal(own.milliseconds.length, 40);
  const slow = (count: number) => ({ ...own, milliseconds: own.milliseconds.map((ms, i) => (i < count ? 300 : ms)) });
  const standing = (count: number) => {
    const { outcomes: all } = view(slow(count));
    return latencyStanding(recordOf(all, 'skin@2'), spec.canary!.plan, 0);
  };
  assert.equal(standing(1).state, 'met');
  // The 95th percentile of 40 lies above their 34th for certain (P(Bin(40, .95) <= 34) = 0.014, <= 35: 0.048).
  assert.equal(standing(2).state, 'waiting');
  assert.match(standing(5).words, /more than 1\.5 times as long, but not for certain/);
  assert.equal(standing(6).state, 'broken');
  assert.equal(decide(spec, view(slow(5))), null);
  assert.equal(decide(spec, view(slow(6)))!.what, 'canary.rollback');
});

test('it goes back when feedback shows it to be worse', () => {
  const move = decide(spec, view(outcomes('skin@2', 100), { worse: 'Enough evidence: worse.' }))!;
  assert.deepEqual([move.what, move.why], ['canary.rollback', 'skin@2: Enough evidence: worse.']);
});
