import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Plateau, rateFactor, ScheduleConfig } from './schedules.ts';

const golden = JSON.parse(readFileSync(new URL('./goldens/schedules.json', import.meta.url), 'utf8'));

function close(actual: number[], expected: number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) < 1e-12, `step ${i}: ${value} is not ${expected[i]}`);
  });
}

const factors = (config: unknown, steps: number, stepsPerEpoch: number): number[] => {
  const schedule = ScheduleConfig.parse(config);
  return Array.from({ length: steps }, (_, i) => rateFactor(schedule, i, { stepsPerEpoch, totalSteps: steps }));
};

test('one cycle, cosine, step and exponential equal PyTorch', () => {
  close(factors({ kind: 'oneCycle' }, 40, 4), golden.oneCycle);
  close(factors({ kind: 'oneCycle', pctStart: 0.25, divFactor: 10, finalDivFactor: 100 }, 17, 4), golden.oneCycleOdd);
  close(factors({ kind: 'cosine', minFactor: 0.1 }, 20, 4), golden.cosine);
  close(factors({ kind: 'step', everyEpochs: 3, factor: 0.2 }, 12, 1), golden.step);
  close(factors({ kind: 'exponential', factor: 0.9 }, 12, 1), golden.exponential);
});

test('plateau equals PyTorch, and goes on from its state', () => {
  const config = ScheduleConfig.parse({ kind: 'plateau', factor: 0.5, patience: 1 });
  assert.ok(config.kind === 'plateau');
  let plateau = new Plateau(config, 'max');
  const rates: number[] = [];
  for (const [i, value] of (golden.metric as number[]).entries()) {
    rates.push(rateFactor(config, i, { stepsPerEpoch: 1, totalSteps: 12 }, plateau.factor));
    plateau.observe(value);
    const next = new Plateau(config, 'max');
    next.loadState(JSON.parse(JSON.stringify(plateau.state())));
    plateau = next;
  }
  close(rates, golden.plateau);
});

test('warm-up rises in a line before any schedule, then the schedule begins at its start', () => {
  for (const kind of ['constant', 'step', 'exponential', 'cosine', 'plateau']) {
    const f = factors({ kind, warmupEpochs: 0.5, warmupFrom: 0 }, 40, 8);
    assert.deepEqual(
      f.slice(0, 4).map((x) => Math.round(x * 1000) / 1000),
      [0.2, 0.4, 0.6, 0.8],
      kind,
    );
    assert.equal(f[4], 1, kind);
  }
});

test('an unknown key is refused', () => {
  assert.throws(() => ScheduleConfig.parse({ kind: 'cosine', gamma: 0.1 }), /gamma/);
});
