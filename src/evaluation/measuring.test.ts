import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OslerError } from '../errors.ts';
import { evaluate } from './evaluate.ts';
import { Measuring } from './measuring.ts';
import { fakePredictions } from './testing.ts';

const fake = (samples: number) => fakePredictions({ samples, classes: ['benign', 'malignant'], seed: 1, perGroup: 2 });

describe('measuring in a thread of its own', () => {
  test('the same numbers, also where it shares the work with further threads', async () => {
    await using measuring = new Measuring();
    const test = fake(4000);
    const options = { resamples: 4000 };
    assert.deepEqual(await measuring.evaluate({ test, options }), evaluate({ test, options }));
  });

  test('errors come out with their code and hint', async () => {
    await using measuring = new Measuring();
    await assert.rejects(
      measuring.evaluate({ test: fake(20), options: { rule: 'nonsense' } }),
      (error) => error instanceof OslerError && error.code === 'USAGE' && error.hint !== undefined,
    );
  });

  test('an abort ends it in the middle of the resamples, with the reason', async () => {
    const controller = new AbortController();
    await using measuring = new Measuring(controller.signal);
    const work = measuring.evaluate({ test: fake(2000), options: { resamples: 300_000 } });
    setTimeout(() => controller.abort(new OslerError('INTERRUPTED', 'Interrupted by SIGINT.')), 700);
    const begin = Date.now();
    await assert.rejects(work, /Interrupted by SIGINT/);
    // All of them take minutes.
    assert.ok(Date.now() - begin < 30_000);
    await assert.rejects(measuring.measure({} as never, {} as never, {} as never), /Interrupted by SIGINT/);
  });
});
