import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binOf } from '../../store/deployments/answer-counts.ts';
import type { AnswerCount } from '../../store/deployments/types.ts';
import { trafficOf } from './traffic.ts';

const cell = (start: number, milliseconds: number, count: number, more: Partial<AnswerCount> = {}): AnswerCount => ({
  ...{ start, variant: 'skin@1', role: 'live', outcome: 'ok', bin: binOf(milliseconds), count },
  ...more,
});

test('counts become stretches with shares of failures and percentiles', () => {
  const [live, canary] = trafficOf(
    [
      cell(0, 10, 90),
      cell(0, 100, 9),
      cell(0, 1_000, 1),
      cell(10, 0, 2, { outcome: 'ENGINE_FAILED', bin: 0 }),
      cell(10, 0, 3, { outcome: 'IMAGE_UNREADABLE', bin: 0 }),
      cell(20, 20, 5, { variant: 'skin@2', role: 'canary' }),
    ],
    { from: 0, to: 30, step: 10 },
  );
  assert.deepEqual(
    live!.stretches.map(({ answers, failures }) => [answers, failures]),
    [
      [100, 0],
      [5, 2],
      [0, 0],
    ],
  );
  const [first, second, third] = live!.stretches;
  const { p50, p95, p99 } = first!.latency!;
  for (const [found, wanted] of [
    [p50, 10],
    [p95, 100],
    [p99, 100],
  ] as const) {
    assert.ok(Math.abs(found / wanted - 1) < 0.05, `${found} for ${wanted}`);
  }
  assert.deepEqual([second!.latency, second!.failing!.value], [null, 0.4]);
  assert.ok(second!.failing!.low > 0.1 && second!.failing!.high < 0.8);
  assert.deepEqual([third!.failing, third!.latency, third!.outcomes], [null, null, {}]);
  assert.deepEqual(live!.total.outcomes, { ok: 100, ENGINE_FAILED: 2, IMAGE_UNREADABLE: 3 });
  assert.deepEqual([canary!.variant, canary!.role, canary!.total.answers], ['skin@2', 'canary', 5]);
});
