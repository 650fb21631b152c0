import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WIDE } from './log-batch.ts';
import type { Store } from './store.ts';
import { exampleRun } from './testing.ts';

const actor = { who: 'ada', via: 'test' };

/** What every engine must tell of how things move. `open` gives an empty store. */
export function pulseConformance(engine: string, open: () => Promise<Store>): void {
  describe(`pulse on ${engine}`, () => {
    it('shows open runs newest first, with their newest value and its epoch', async () => {
      await using store = await open();
      assert.deepEqual(await store.pulse.open(10), []);
      const old = await store.runs.create(exampleRun({ name: 'old', createdAt: '2025-01-01T00:00:00.000Z' }));
      const young = await store.runs.create(exampleRun({ name: 'young', createdAt: '2025-01-02T00:00:00.000Z' }));
      await store.runs.create(exampleRun({ status: 'finished', endedAt: '2025-01-03T00:00:00.000Z' }));
      const time = Date.parse('2025-01-01T01:00:00Z');
      await store.metrics.append(old.id, [
        { key: 'train/loss', step: 7, epoch: 2, value: 0.5, time },
        { key: 'val/auroc', step: 8, epoch: 3, value: 0.9, time: time + 5 },
      ]);
      const [first, second, ...rest] = await store.pulse.open(10);
      assert.deepEqual([first!.id, first!.last, first!.dataset], [young.id, null, 'phantom@1']);
      assert.deepEqual([second!.id, second!.last!.step, second!.last!.at], [old.id, 8, time + 5]);
      assert.equal(rest.length, 0);
      assert.equal(await store.pulse.epochOf(second!.last!.series, second!.last!.step), 3);
      assert.equal(await store.pulse.epochOf(second!.last!.series, 99), 0);
      assert.equal((await store.pulse.open(1))[0]!.id, young.id);
      assert.equal(await store.pulse.runs(), 3);
    });

    it('knows the newest value of a run with many metrics, without writing anything', async () => {
      await using store = await open();
      const dump = async () => (await Array.fromAsync(store.dump())).slice(1);
      const { id } = await store.tracked.start({ experimentId: 0, name: 'wide', startedAt: 1 });
      const wide = (step: number, time: number) => ({
        metrics: Array.from({ length: WIDE + 1 }, (_, i) => ({
          ...{ key: `metric ${i}`, value: i, step },
          timestamp: time + (i === 7 ? 1 : 0),
        })),
      });
      const seen = async () => {
        const [{ last } = { last: null }] = await store.pulse.open(10);
        return [last!.step, last!.at, await store.pulse.epochOf(last!.series, last!.step)];
      };
      await store.logs.write(id, wide(0, 10));
      await store.logs.write(id, wide(5, 20));
      // Late, and of an earlier step.
      await store.logs.write(id, wide(4, 90));
      const before = await dump();
      assert.deepEqual(await seen(), [5, 21, 0]);
      assert.deepEqual(
        (await store.pulse.values(['metric 7', 'metric 30', 'none'], 10)).sort((a, b) => a.value - b.value),
        [7, 30].map((value) => ({ run: id, dataset: null, model: null, key: `metric ${value}`, value })),
      );
      assert.deepEqual(await dump(), before);
      await store.logs.write(id, { metrics: [{ key: 'metric 9', value: 1, step: 6, timestamp: 22, epoch: 2 }] });
      assert.deepEqual(await seen(), [6, 22, 2]);
      await store.logs.latest(id);
      assert.deepEqual(await seen(), [6, 22, 2]);
    });

    it('tells the newest values of some metrics of the newest open runs', async () => {
      await using store = await open();
      const start = async (day: number, more: Parameters<typeof exampleRun>[0] = {}) => {
        const { id } = await store.runs.create(exampleRun({ createdAt: `2025-01-0${day}T00:00:00.000Z`, ...more }));
        const value = (key: string, step: number, of: number) => ({ key, step, value: of, timestamp: step });
        await store.logs.write(id, {
          metrics: [value('loss', 1, 0.9), value('loss', 3, day), value('loss', 2, 0.5), value('other', 4, 1)],
        });
        return id;
      };
      const told = async (keys: string[], runs: number) =>
        (await store.pulse.values(keys, runs)).map(({ run, key, value }) => [run, key, value]);
      const [first, second] = [await start(1), await start(2)];
      await start(3, { status: 'finished', endedAt: '2025-01-04T00:00:00.000Z' });
      const diverged = await start(4);
      await store.logs.write(diverged, { metrics: [{ key: 'loss', step: 9, value: Number.NaN, timestamp: 1 }] });
      assert.deepEqual(await told(['loss'], 1), [[diverged, 'loss', Number.NaN]]);
      assert.deepEqual(
        new Set(await told(['loss', 'none'], 10)),
        new Set([
          [diverged, 'loss', Number.NaN],
          [second, 'loss', 2],
          [first, 'loss', 1],
        ]),
      );
      assert.deepEqual((await store.pulse.values(['other'], 1))[0]!.dataset, 'phantom@1');
      assert.deepEqual(await told([], 10), []);
    });

    it('finds runs by a part of their name and the beginning of their id, newest first', async () => {
      await using store = await open();
      const named = (name: string, day: number, id = String(day).repeat(32)) =>
        store.runs.create(exampleRun({ id, name, createdAt: `2025-01-0${day}T00:00:00.000Z` }));
      await named('Lesions 50%', 1);
      await named('more lesions', 2);
      await named('other_one', 3);
      const gone = await named('lesions gone', 4);
      await store.runs.update(gone.id, { status: 'failed', endedAt: '2025-01-05T00:00:00.000Z' });
      await store.runs.delete(gone.id);
      const names = async (text: string) => (await store.pulse.named(text, 10)).map(({ name }) => name);
      assert.deepEqual(await names('lesions'), ['more lesions', 'Lesions 50%']);
      assert.deepEqual(await names('50%'), ['Lesions 50%']);
      assert.deepEqual(await names('r_o'), ['other_one']);
      assert.deepEqual(await names('e%s'), []);
      assert.deepEqual(await names('2222'), ['more lesions']);
      assert.equal((await store.pulse.named('lesions', 1)).length, 1);
    });

    it('has another mark after every beginning, end, deletion and return, and the same one else', async () => {
      await using store = await open();
      const marks = [await store.pulse.mark()];
      const note = async (): Promise<void> => void marks.push(await store.pulse.mark());
      const { id } = await store.runs.create(exampleRun());
      await note();
      await store.metrics.append(id, [{ key: 'a', step: 1, epoch: 0, value: 1, time: 1 }]);
      assert.equal(await store.pulse.mark(), marks.at(-1));
      await store.runs.update(id, { status: 'interrupted', endedAt: '2025-01-01T00:00:00.000Z' });
      await note();
      await store.runs.delete(id);
      await note();
      await store.runs.restore(id);
      await note();
      assert.equal(await store.pulse.mark(), marks.at(-1));
      for (const [i, mark] of marks.entries()) if (i > 0) assert.notEqual(mark, marks[i - 1]);
    });

    it('lists trainings that ended badly lately, and knows where the trail ends', async () => {
      await using store = await open();
      const ended = (status: 'failed' | 'interrupted' | 'finished', day: number) =>
        store.runs.create(exampleRun({ status, endedAt: `2025-01-0${day}T00:00:00.000Z`, name: `${status} ${day}` }));
      for (const [status, day] of [
        ['failed', 2],
        ['finished', 3],
        ['interrupted', 4],
        ['failed', 5],
      ] as const)
        await ended(status, day);
      const { id: trial } = await ended('failed', 6);
      await store.logs.write(trial, { tags: [{ key: 'osler.sweep', value: 'ab'.repeat(16) }] });
      await store.tracked.start({
        experimentId: 0,
        name: 'foreign',
        status: 'failed',
        startedAt: 1,
        endedAt: Date.now(),
      });
      const broken = await store.pulse.broken(Date.parse('2025-01-03T00:00:00Z'), 10);
      assert.deepEqual(
        broken.map(({ name }) => name),
        ['failed 5', 'interrupted 4'],
      );
      assert.equal((await store.pulse.broken(0, 1)).length, 1);
      const before = await store.pulse.trailEnd();
      const { seq } = await store.trail.append({ ...actor, what: 'policy.change', subject: 'policy' });
      assert.equal(await store.pulse.trailEnd(), seq);
      assert.ok(seq > before);
    });
  });
}
