import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { MOST_ARRIVALS } from './arrivals.ts';
import { type LoggedMetric, WIDE } from './log-batch.ts';
import { openStore, type Store } from './store.ts';
import { exampleRun } from './testing.ts';

/**
 * Batches of many names, which SQLite keeps beside the other metrics for a while: each way of reading tells of all of them, on every engine.
 * `open` gives an empty store; `again` opens the last one that it gave a second time.
 */
export function wideConformance(engine: string, open: () => Promise<Store>, again: () => Promise<Store>): void {
  const names = Array.from({ length: WIDE + 8 }, (_, i) => `metric ${i}`);
  const wide = (step: number, value = step, epoch = 0) => ({
    metrics: names.map((key, i): LoggedMetric => ({ key, step, value: value + i, timestamp: 10 * step + 1, epoch })),
  });
  const start = (store: Store) => store.tracked.start({ experimentId: 0, name: 'wide', startedAt: 1 });
  const bare = (rows: LoggedMetric[]) => rows.map(({ step, value, epoch }) => [step, value, epoch]);

  describe(`batches of many names on ${engine}`, () => {
    const readers: Record<string, (store: Store, run: string, step: number) => Promise<unknown>> = {
      history: async (store, run, step) => (await store.logs.history(run, 'metric 3')).at(-1)!.value - step,
      'a page of the history': async (store, run, step) =>
        (await store.logs.history(run, 'metric 3', { from: step, to: step, limit: 2 }))[0]!.value - step,
      sample: async (store, run, step) => (await store.logs.sample(run, 'metric 3', 2)).at(-1)!.value - step,
      'the latest': async (store, run, step) =>
        (await store.logs.latest(run)).find(({ key }) => key === 'metric 3')!.value - step,
      curve: async (store, run, step) =>
        (await store.curves.sample({ runs: [run], keys: ['metric 3'], points: 1_000 }))[0]!.mean.at(-1)! - step,
      summary: async (store, run, step) => (await store.curves.summary(run, ['metric 3']))[0]!.last - step,
      'a training reads': async (store, run, step) =>
        (await store.metrics.read(run, ['metric 3'])).at(-1)!.value - step,
      search: async (store, run, step) =>
        (await store.search.load([run]))[0]!.metrics.find(({ key }) => key === 'metric 3')!.value - step,
      'the pulse, values': async (store, _run, step) => (await store.pulse.values(['metric 3'], 9))[0]!.value - step,
      'the pulse, last step': async (store, _run, step) => (await store.pulse.open(9))[0]!.last!.step - step + 3,
    };
    for (const [what, read] of Object.entries(readers))
      it(`shows them at once, ${what}, before and after they are brought in`, async () => {
        await using store = await open();
        await using reader = await again();
        const { id } = await start(store);
        for (let step = 1; step <= MOST_ARRIVALS + 2; step++) {
          await store.logs.write(id, wide(step));
          if (step < 3 || step >= MOST_ARRIVALS - 1) assert.equal(await read(reader, id, step), 3, `step ${step}`);
        }
        // Late, and of an earlier step: nothing that is read last changes.
        await store.logs.write(id, wide(0));
        assert.equal(await read(reader, id, MOST_ARRIVALS + 2).catch((error: Error) => error.message), 3);
      });

    it('keeps their rows in order, each once, with all that a number can be', async () => {
      await using store = await open();
      const { id } = await start(store);
      const odd = [Number.NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, -0, Number.MIN_SAFE_INTEGER];
      const far = [Number.MAX_SAFE_INTEGER, -7, Number.MIN_SAFE_INTEGER, 0];
      const batch = {
        metrics: names.flatMap((key) => [
          ...odd.map((value, i): LoggedMetric => ({ key, step: 1, value, timestamp: 8.64e15 - i, epoch: i })),
          ...far.map((step): LoggedMetric => ({ key, step, value: 0.1, timestamp: -1 })),
        ]),
      };
      const expected = [
        ...[-7, Number.MIN_SAFE_INTEGER, 0].sort((a, b) => a - b).map((step) => [step, 0.1, 0]),
        ...odd.map((value, epoch) => [1, value + 0, epoch]).reverse(),
        [Number.MAX_SAFE_INTEGER, 0.1, 0],
      ];
      // A retry, whether the first is brought in already or not.
      for (let i = 0; i < MOST_ARRIVALS + 5; i++) await store.logs.write(id, batch);
      for (const key of ['metric 0', names.at(-1)!])
        assert.deepEqual(bare(await store.logs.history(id, key)), expected);
      await store.logs.write(id, batch);
      assert.deepEqual(bare(await store.logs.history(id, 'metric 5')), expected);
      assert.equal((await store.curves.summary(id, ['metric 5']))[0]!.values, expected.length);
    });

    it('replaces what a training writes again, and tells epochs', async () => {
      await using store = await open();
      const { id } = await store.runs.create(exampleRun({ status: 'running' }));
      await store.logs.write(id, wide(1, 100, 1));
      await store.logs.write(id, wide(2, 200, 4));
      const { last } = (await store.pulse.open(1))[0]!;
      assert.equal(await store.pulse.epochOf(last!.series, 2), 4);
      assert.equal(await store.pulse.epochOf(last!.series, 3), 0);
      await store.metrics.append(id, [{ key: 'metric 0', step: 2, epoch: 5, value: -1, time: 9 }]);
      assert.deepEqual(bare(await store.logs.history(id, 'metric 0')), [
        [1, 100, 1],
        [2, -1, 5],
      ]);
      assert.equal((await store.logs.latest(id))[0]!.value, -1);
    });

    it('takes them along in a dump, beside what is among the metrics already', async (t) => {
      const home = await mkdtemp(join(tmpdir(), 'osler-wide-'));
      t.after(() => rm(home, { recursive: true, force: true }));
      await using store = await open();
      const { id } = await start(store);
      await store.logs.write(id, wide(1));
      assert.equal((await store.logs.history(id, 'metric 3')).length, 1);
      // One that is there, one that came twice, one with a value that JSON has no word for.
      for (const batch of [wide(1), wide(2), wide(2), wide(3, -Infinity)]) await store.logs.write(id, batch);
      await using copy = await openStore(join(home, 'copy'));
      const counts = await copy.load(
        (async function* () {
          yield* store.dump();
        })(),
      );
      assert.equal(counts.metrics, 3 * names.length);
      const seen = [
        [1, 4, 0],
        [2, 5, 0],
        [3, -Infinity, 0],
      ];
      assert.deepEqual(bare(await copy.logs.history(id, 'metric 3')), seen);
      assert.equal((await copy.logs.latest(id)).find(({ key }) => key === 'metric 3')!.value, -Infinity);
      assert.deepEqual(bare(await store.logs.history(id, 'metric 3')), seen);
    });

    it('loses none where several write to one run and others read it', async () => {
      await using store = await open();
      await using second = await again();
      await using third = await again();
      const { id } = await start(store);
      const steps = 2 * MOST_ARRIVALS + 5;
      const write = async (to: Store, odd: number) => {
        for (let step = odd; step < steps; step += 2) await to.logs.write(id, wide(step));
      };
      let writing = true;
      const reading = (async () => {
        for (let seen = 0; writing; ) {
          const now = (await third.logs.history(id, 'metric 1').catch(() => [])).length;
          assert.ok(now >= seen, `${now} after ${seen}`);
          seen = now;
          // SQLite answers without giving up the thread.
          await setImmediate();
        }
      })();
      await Promise.all([write(store, 0), write(second, 1)]);
      writing = false;
      await reading;
      for (const key of ['metric 0', names.at(-1)!])
        assert.deepEqual(
          (await second.logs.history(id, key)).map(({ step }) => step),
          Array.from({ length: steps }, (_, step) => step),
        );
    });

    it('goes with its run, and leaves nothing that a check finds', async () => {
      await using store = await open();
      await using other = await again();
      const { id } = await start(store);
      await store.logs.write(id, wide(1));
      assert.deepEqual(await Array.fromAsync(store.check()), []);
      await store.logs.write(id, wide(2));
      await store.runs.delete(id);
      assert.equal((await store.logs.history(id, 'metric 3')).length, 2);
      await store.runs.restore(id);
      await store.logs.write(id, wide(3));
      // By another process, as the garbage is collected.
      await other.runs.delete(id);
      await other.runs.purge(id);
      assert.deepEqual(await Array.fromAsync(store.check()), []);
      await assert.rejects(store.logs.write(id, wide(4)), { code: 'NOT_FOUND' });
      // An import brings it back under its id, with series of its own.
      await other.tracked.start({ id, experimentId: 0, name: 'back', startedAt: 1 });
      await other.logs.write(id, { metrics: [{ key: 'other', step: 1, value: 1, timestamp: 1 }] });
      await store.logs.write(id, wide(5));
      assert.deepEqual(bare(await store.logs.history(id, 'metric 3')), [[5, 8, 0]]);
      assert.deepEqual(await Array.fromAsync(store.check()), []);
    });
  });
}
