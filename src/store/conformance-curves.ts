import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareRuns } from './compare.ts';
import type { Store } from './store.ts';
import { exampleRun } from './testing.ts';

/** What every engine must do for drawings and comparisons. `open` gives an empty store. */
export function curveConformance(engine: string, open: () => Promise<Store>): void {
  const begin = async (store: Store, name: string, metrics: Record<string, [step: number, value: number][]>) => {
    const { id } = await store.tracked.start({ experimentId: 0, name, startedAt: 1 });
    await store.logs.write(id, {
      metrics: Object.entries(metrics).flatMap(([key, values]) =>
        values.map(([step, value]) => ({ key, step, value, timestamp: 5 })),
      ),
    });
    return id;
  };
  const many = (count: number, value: (i: number) => number) =>
    Array.from({ length: count }, (_, i): [number, number] => [i, value(i)]);

  describe(`curves on ${engine}`, () => {
    it('gives every value of a short series, and of a long one stretches that lose no peak', async () => {
      await using store = await open();
      const id = await begin(store, 'a', {
        short: [
          [0, 1],
          [10, Number.NaN],
          [1_000_000, Number.POSITIVE_INFINITY],
        ],
        long: many(1_000, (i) => (i === 777 ? 50 : i === 333 ? -50 : i % 2)),
      });
      const [long, short] = await store.curves.sample({ runs: [id], points: 10 });
      assert.deepEqual(short, {
        run: id,
        key: 'short',
        every: true,
        values: 3,
        step: [0, 10, 1_000_000],
        mean: [1, Number.NaN, Number.POSITIVE_INFINITY],
        low: [1, Number.NaN, Number.POSITIVE_INFINITY],
        high: [1, Number.NaN, Number.POSITIVE_INFINITY],
      });
      assert.deepEqual(long!.step, [49.5, 149.5, 249.5, 349.5, 449.5, 549.5, 649.5, 749.5, 849.5, 949.5]);
      assert.deepEqual(long!.high, [1, 1, 1, 1, 1, 1, 1, 50, 1, 1]);
      assert.deepEqual(long!.low, [0, 0, 0, -50, 0, 0, 0, 0, 0, 0]);
      assert.deepEqual([long!.every, long!.values, long!.mean[0]], [false, 1_000, 0.5]);
      const [part] = await store.curves.sample({ runs: [id], keys: ['long'], points: 10, from: 330, to: 334 });
      assert.deepEqual([part!.every, part!.mean], [true, [0, 1, 0, -50, 0]]);
    });

    it('leaves NaN and stretches without values out, and keeps infinities', async () => {
      await using store = await open();
      const id = await begin(store, 'a', {
        x: [...many(100, (i) => (i < 10 ? Number.NaN : i === 15 ? Number.NEGATIVE_INFINITY : 5)), [999, 7]],
      });
      const [x] = await store.curves.sample({ runs: [id], points: 100 });
      assert.deepEqual([x!.step.length, x!.values], [11, 101]);
      assert.deepEqual(x!.mean.slice(0, 3), [Number.NaN, Number.NEGATIVE_INFINITY, 5]);
      assert.deepEqual(x!.low.slice(0, 3), [Number.NaN, Number.NEGATIVE_INFINITY, 5]);
      assert.deepEqual([x!.step.at(-1), x!.mean.at(-1)], [994.5, 7]);
      assert.deepEqual(await store.curves.summary(id), [
        { run: id, key: 'x', values: 101, last: 7, lastStep: 999, lowest: Number.NEGATIVE_INFINITY, highest: 7 },
      ]);
    });

    it('draws the same whether stretches have many values or few', async () => {
      await using store = await open();
      const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      const values: [number, number][] = many(900, (i) =>
        i < 60 ? odd[Math.floor(i / 20)]! : i % 9 === 0 ? odd[0]! : (i * 37) % 101,
      );
      // From -500 in steps of 3, with nothing between 400 and 1000.
      const logged = values
        .map(([i, value]): [number, number] => [i * 3 - 500, value])
        .filter(([step]) => step < 400 || step >= 1_000);
      const id = await begin(store, 'a', { x: logged });
      for (const points of [7, 20, 200, 650]) {
        const width = Math.ceil((logged.at(-1)![0] - logged[0]![0] + 1) / points);
        const expected = Array.from({ length: points }, (_, i) => {
          const begins = logged[0]![0] + i * width;
          const all = logged.filter(([step]) => step >= begins && step < begins + width).map(([, value]) => value);
          const numbers = all.filter((value) => !Number.isNaN(value));
          const none = numbers.length === 0;
          return { all, low: none ? Number.NaN : Math.min(...numbers), high: none ? Number.NaN : Math.max(...numbers) };
        }).filter(({ all }) => all.length > 0);
        const [x] = await store.curves.sample({ runs: [id], points });
        assert.deepEqual([x!.every, x!.values], [false, logged.length]);
        assert.deepEqual(
          [x!.low, x!.high],
          [expected.map(({ low }) => low), expected.map(({ high }) => high)],
          `${points} points`,
        );
      }
    });

    it('draws what a training that diverged logged, up to the largest number there is', async () => {
      await using store = await open();
      const id = await begin(store, 'a', {
        largest: many(100, () => Number.MAX_VALUE),
        mixed: many(100, (i) => (i % 2 === 0 ? 1e200 : 3e200)),
        swinging: many(100, (i) => [1.7e308, 1.7e308, -1.7e308, Number.NaN, 0][i % 5]!),
        both: many(100, (i) =>
          i < 10 ? [1.7e308, 1.7e308, Number.NEGATIVE_INFINITY][i % 3]! : i % 2 === 0 ? 1.7e308 : 3,
        ),
      });
      const [both, largest, mixed, swinging] = await store.curves.sample({ runs: [id], points: 10, along: true });
      assert.deepEqual(
        [largest!.mean, largest!.high],
        [Array(10).fill(Number.MAX_VALUE), Array(10).fill(Number.MAX_VALUE)],
      );
      const near = (means: readonly number[], of: number) => means.every((mean) => Math.abs(mean / of - 1) < 1e-12);
      assert.ok(near(mixed!.mean, 2e200));
      assert.deepEqual([mixed!.time, mixed!.epoch], [Array(10).fill(5), Array(10).fill(0)]);
      assert.equal(swinging!.values, 100);
      assert.ok(near(swinging!.mean, 1.7e308 / 4));
      assert.equal(both!.mean[0], Number.NEGATIVE_INFINITY);
      assert.ok(near(both!.mean.slice(1), 1.7e308 / 2));
    });

    it('draws the smallest numbers there are, also beside the largest', async () => {
      await using store = await open();
      const id = await begin(store, 'a', {
        beside: many(40, (i) => (i < 20 ? 1e-320 : Number.MAX_VALUE)),
        least: many(40, (i) => [Number.MIN_VALUE, 1e-320, 0, 0][i % 4]!),
        lone: many(40, (i) => (i % 4 === 1 ? Number.MIN_VALUE : 0)),
      });
      const [beside, least, lone] = await store.curves.sample({ runs: [id], points: 10 });
      assert.deepEqual(beside!.mean, [...Array(5).fill(1e-320), ...Array(5).fill(Number.MAX_VALUE)]);
      assert.deepEqual([least!.mean, least!.high], [Array(10).fill(1e-320 / 4), Array(10).fill(1e-320)]);
      assert.deepEqual([lone!.mean, lone!.high], [Array(10).fill(0), Array(10).fill(Number.MIN_VALUE)]);
    });

    it('finds and compares runs of any program', async () => {
      await using store = await open();
      const trained = await store.runs.create(exampleRun({ name: 'trained', createdAt: '2025-01-01T00:00:00.000Z' }));
      const a = await begin(store, 'logged', { loss: [[1, 0.5]] });
      await store.logs.write(a, { params: [{ key: 'training.epochs', value: '3' }] });
      assert.equal((await store.tracked.find('logged')).id, a);
      assert.equal((await store.tracked.find(a.slice(0, 8))).id, a);
      assert.equal((await store.tracked.find('latest')).id, trained.id);
      await assert.rejects(store.tracked.find('none'), /There is no run "none"/);
      await assert.rejects(store.tracked.find(a, { deleted: true }), /There is no deleted run/);
      const ids = [a, trained.id];
      const { params, metrics } = compareRuns(await store.search.load(ids), await store.tracked.records(ids));
      assert.deepEqual(
        params.find(({ key }) => key === 'training.epochs'),
        { key: 'training.epochs', values: ['3', '2'], same: false },
      );
      assert.deepEqual(metrics, [{ key: 'loss', values: [0.5, null], same: false }]);
    });
  });
}
