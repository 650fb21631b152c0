import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VariantOutcomes } from '../../store/deployments/types.ts';
import { decide } from './canary.ts';
import { canaryProgress } from './canary-progress.ts';
import { withCanary } from './change.ts';
import { type CanaryPlan, parseSpec } from './spec.ts';

const base = parseSpec({ live: [{ name: 'skin@1', model: 'skin', version: 1, weight: 3 }] });
const plan: CanaryPlan = {
  ...{ steps: [5, 50], minRequests: 100, minSeconds: 10, maxErrorRate: 0.02, maxLatencyRatio: 1.5, quality: true },
};
const spec = withCanary(base, { name: 'skin@2', model: 'skin', version: 2 }, plan, 0);

const outcomes = (variant: string, ok: number, failed: number, ms = 10): VariantOutcomes => ({
  variant,
  role: variant === 'skin@2' ? 'canary' : 'live',
  counts: { ok, ...(failed > 0 ? { ENGINE_FAILED: failed } : {}) },
  milliseconds: Array.from({ length: ok }, () => ms),
});

test('what is told of a canary is what decides about it', () => {
  const cases: [VariantOutcomes, number, string | null, string | null][] = [
    [outcomes('skin@2', 0, 0), 1, null, null],
    [outcomes('skin@2', 99, 0), 60, null, null],
    [outcomes('skin@2', 100, 0), 60, null, 'canary.step'],
    [outcomes('skin@2', 100, 0), 9, null, null],
    [outcomes('skin@2', 100, 3), 60, null, null],
    [outcomes('skin@2', 10, 10), 60, null, 'canary.rollback'],
    [outcomes('skin@2', 100, 0, 40), 60, null, 'canary.rollback'],
    [outcomes('skin@2', 100, 0), 60, 'It is worse.', 'canary.rollback'],
  ];
  for (const [own, seconds, worse, wanted] of cases) {
    const view = { outcomes: [own, outcomes('skin@1', 200, 0)], seconds, worse };
    const { conditions } = canaryProgress(spec, view);
    const states = new Set(conditions.map(({ state }) => state));
    const told = states.has('broken') ? 'canary.rollback' : states.has('waiting') ? null : 'canary.step';
    const label = JSON.stringify([own.counts, seconds, worse]);
    assert.equal(told, wanted, label);
    assert.equal(decide(spec, view)?.what ?? null, wanted, label);
  }
});

test('latency that is waited for, or not compared, is said', () => {
  const latency = (plan: Partial<CanaryPlan>, step: number, own: number, live: number) => {
    const asked = { ...spec, canary: { ...spec.canary!, step, plan: { ...spec.canary!.plan, ...plan } } };
    const view = { outcomes: [outcomes('skin@2', own, 0), outcomes('skin@1', live, 0)], seconds: 60, worse: null };
    return canaryProgress(asked, view).conditions.find(({ what }) => what === 'latency')!;
  };
  assert.deepEqual(latency({}, 0, 12, 90), {
    ...{ what: 'latency', state: 'waiting' },
    words: 'compared from 40 answers of both on: 12 of its own, 90 of the live ones so far',
  });
  assert.equal(latency({}, 0, 40, 40).state, 'met');
  assert.equal(latency({ steps: [5, 100] }, 1, 90, 0).state, 'unasked');
  assert.equal(latency({ maxLatencyRatio: null }, 0, 90, 90).state, 'unasked');
});

test('it says the next step, and that the last one makes it live', () => {
  const view = { outcomes: [], seconds: 12.5, worse: null };
  const first = canaryProgress(spec, view);
  assert.deepEqual([first.step, first.next, first.record.failing], [0, 50, null]);
  const last = canaryProgress({ ...spec, canary: { ...spec.canary!, step: 1 } }, view);
  assert.equal(last.next, null);
});
