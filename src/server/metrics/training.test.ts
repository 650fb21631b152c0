import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { until } from '../../../test/until.ts';
import { WIDE } from '../../store/log-batch.ts';
import { openStore } from '../../store/store.ts';
import { exampleRun } from '../../store/testing.ts';
import { registerTrainingMetrics } from './training.ts';

test('the loss of each training under way; a store that is away keeps nobody from the other metrics', async () => {
  const home = await mkdtemp(join(tmpdir(), 'osler-metrics-'));
  const registry = new Registry();
  const told = async () => [...(await registry.metrics()).matchAll(/^osler_train_loss\{run="(\w+)".*\} (.+)$/gm)];
  try {
    const store = await openStore(home);
    registerTrainingMetrics(registry, store);
    const [running, ended] = [
      await store.runs.create(exampleRun({ status: 'running' })),
      await store.runs.create(exampleRun({ status: 'finished' })),
    ];
    const value = (key: string, step: number, of: number) => ({ key, step, epoch: 0, value: of, time: step });
    await store.metrics.append(running.id, [value('train.loss', 1, 0.9), value('train.loss', 2, 0.25)]);
    await store.metrics.append(ended.id, [value('train.loss', 1, 0.5)]);
    // The row of its loss is behind afterwards, and stays so: a scrape writes nothing, and holds up nobody who writes.
    const wide = Array.from({ length: WIDE }, (_, i) => ({ key: `other ${i}`, step: 3, value: i, timestamp: 3 }));
    await store.logs.write(running.id, { metrics: wide });
    const loss = (step: number, of: number) => ({ key: 'train.loss', step, value: of, timestamp: step });
    await store.logs.write(running.id, { metrics: [...wide, loss(3, 0.125), { ...loss(3, 7), key: 'loss' }] });
    const dump = async () => (await Array.fromAsync(store.dump())).slice(1);
    const before = await dump();
    const seen = await until('it is told', async () => {
      const lines = await told();
      return lines.length > 0 && lines;
    });
    assert.deepEqual(
      seen.map(([, run, loss]) => [run, loss]),
      [[running.id, '0.125']],
    );
    assert.deepEqual(await dump(), before);
    await store.close();
    await until('nothing is told any more', async () => (await told()).length === 0);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
