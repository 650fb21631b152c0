import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { OslerError } from '../errors.ts';
import type { Store } from './store.ts';
import type { TrainingRecord } from './studio/trainings.ts';

/** What no engine may take, or stumble over, whoever sends it. `open` gives an empty store. */
export function hostileConformance(engine: string, open: () => Promise<Store>): void {
  const rejects = (promise: Promise<unknown>, code: string, words = /./) =>
    assert.rejects(promise, (error) => error instanceof OslerError && error.code === code && words.test(error.message));

  describe(`a hostile caller on ${engine}`, () => {
    it('is refused texts with a zero byte wherever they are to stand, and nothing is written', async () => {
      await using store = await open();
      const bad = 'a\0b';
      const { id } = await store.tracked.start({ experimentId: 0, name: 'run', startedAt: 1 });
      const zero = /zero byte/;
      await rejects(store.experiments.ensure(bad), 'DATA_INVALID', zero);
      await rejects(store.tracked.start({ experimentId: 0, name: bad, startedAt: 1 }), 'DATA_INVALID', zero);
      await rejects(store.tracked.change(id, { name: bad }), 'DATA_INVALID', zero);
      await rejects(store.logs.write(id, { params: [{ key: 'p', value: bad }] }), 'DATA_INVALID', zero);
      await rejects(store.logs.write(id, { tags: [{ key: bad, value: '' }] }), 'DATA_INVALID', zero);
      const metric = { key: bad, value: 1, step: 1, timestamp: 1 };
      await rejects(store.logs.write(id, { metrics: [metric] }), 'DATA_INVALID', zero);
      await rejects(store.tracked.find(bad), 'DATA_INVALID', zero);
      await rejects(store.search.runs({ experimentIds: [0], filter: `tags.a = '${bad}'` }), 'DATA_INVALID', zero);
      assert.deepEqual(await store.logs.params(id), []);
      assert.deepEqual(await store.logs.latest(id), []);
      // What JSON holds may hold one, written out.
      const { name } = await store.tracked.get(id);
      assert.equal(name, 'run');
    });

    it('brings zero bytes that an older store kept as a sign that stands for them, and loses no row', async () => {
      await using store = await open();
      const { id } = await store.tracked.start({ experimentId: 0, name: 'run', startedAt: 1 });
      await store.logs.write(id, { params: [{ key: 'p', value: 'a-zero-b' }] });
      const lines = await Array.fromAsync(store.dump(), (line) => line.replaceAll('-zero-', '\\u0000'));
      const end = JSON.parse(lines.pop()!) as object;
      const hash = createHash('sha256');
      for (const line of lines) hash.update(`${line}\n`);
      lines.push(JSON.stringify({ ...end, sha256: hash.digest('hex') }));
      await using other = await open();
      await other.load(Readable.from(lines));
      assert.deepEqual(await other.logs.params(id), [{ key: 'p', value: 'a\ufffdb' }]);
    });

    it('is refused steps and times that would not be kept exactly', async () => {
      await using store = await open();
      const { id } = await store.tracked.start({ experimentId: 0, name: 'run', startedAt: 1 });
      const write = (step: number, timestamp: number, value = 1) =>
        store.logs.write(id, { metrics: [{ key: 'm', value, step, timestamp }] });
      for (const step of [2 ** 53, 2 ** 63, -(2 ** 53), 1e300, 0.5, Number.NaN])
        await rejects(write(step, 1), 'DATA_INVALID');
      await rejects(write(1, 8.64e15 + 2), 'DATA_INVALID');
      for (const startedAt of [8.64e15 + 2, -8.64e15 - 2, Number.POSITIVE_INFINITY])
        await rejects(store.tracked.start({ experimentId: 0, name: 'x', startedAt }), 'DATA_INVALID');
      await rejects(store.tracked.change(id, { endedAt: 2 ** 53 - 1 }), 'DATA_INVALID');
      const most = Number.MAX_SAFE_INTEGER;
      await write(most, 8.64e15, -0);
      await write(-most, -8.64e15, Number.NEGATIVE_INFINITY);
      assert.deepEqual(
        (await store.logs.history(id, 'm')).map(({ step, timestamp, value }) => [step, timestamp, value]),
        [
          [-most, -8.64e15, Number.NEGATIVE_INFINITY],
          [most, 8.64e15, 0],
        ],
      );
    });

    it('may bring a run more tags, and ask for more experiments, than a statement takes values', {
      timeout: 120_000,
    }, async () => {
      await using store = await open();
      const tags = Array.from({ length: 25_000 }, (_, i) => ({ key: `tag ${i}`, value: String(i) }));
      const { id } = await store.tracked.start({ experimentId: 0, name: 'run', startedAt: 1, tags });
      assert.equal((await store.logs.tags(id)).length, tags.length + 1);
      const experimentIds = Array.from({ length: 70_000 }, (_, i) => i);
      assert.deepEqual(
        (await store.search.runs({ experimentIds, orderBy: ['metrics.loss ASC'] })).runs.map(({ info }) => info.id),
        [id],
      );
    });

    it('is told of numbers and names that the engine does not hold', async () => {
      await using store = await open();
      const far = 1e30;
      // Nobody is there, or it is the caller's mistake: never a failure of the store.
      const asked = await store.experiments.get(far).catch((error: unknown) => error);
      assert.ok(asked instanceof OslerError && ['NOT_FOUND', 'DATA_INVALID'].includes(asked.code), String(asked));
      // More than PostgreSQL's indexes take, and not to be compressed.
      const long = Array.from({ length: 40_000 }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000))).join(
        '',
      );
      const made = await store.tracked
        .start({ experimentId: 0, name: long, startedAt: 1 })
        .catch((error: unknown) => error);
      if (made instanceof Error) assert.ok(made instanceof OslerError && made.code === 'DATA_INVALID', String(made));
      else assert.equal((await store.tracked.get((made as { id: string }).id)).name, long);
    });

    it('begins work of one name once, however many ask at once', async () => {
      await using store = await open();
      const record = (i: number): TrainingRecord => ({
        id: i.toString(16).padStart(32, '0'),
        kind: 'evaluate',
        name: 'skin',
        state: 'starting',
        who: 'anna',
        begunAt: '2026-01-01T00:00:00.000Z',
        endedAt: null,
        task: {},
        run: null,
        worker: null,
        progress: null,
        error: null,
      });
      const tried = await Promise.allSettled(
        Array.from({ length: 8 }, (_, i) => store.trainings.create(record(i), 'evaluate a on test')),
      );
      const [first, ...more] = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      assert.equal(more.length, 0);
      for (const one of tried) if (one.status === 'rejected') assert.equal(one.reason.code, 'ALREADY_EXISTS');
      await store.trainings.create(record(20), 'evaluate b on test');
      await store.trainings.create(record(21));
      await store.trainings.create(record(22));
      await store.trainings.update(first!.id, { state: 'finished', endedAt: '2026-01-01T00:00:01.000Z' });
      await store.trainings.create(record(23), 'evaluate a on test');
      // Whoever is at it knows nothing of another store.
      await using other = await open();
      await other.load(store.dump());
      const { state, error } = await other.trainings.get(record(23).id);
      assert.deepEqual([state, error?.code], ['failed', 'INTERRUPTED']);
      assert.equal((await other.trainings.get(first!.id)).state, 'finished');
      await other.trainings.create(record(24), 'evaluate a on test');
    });

    it('may ask for a stop that another process finds, once', async () => {
      await using store = await open();
      const id = 'a'.repeat(32);
      assert.equal(await store.stops.isAsked(id), false);
      await store.stops.ask(id, 'anna');
      await store.stops.ask(id, 'otto');
      assert.equal(await store.stops.isAsked(id), true);
      await store.stops.clear(id);
      assert.equal(await store.stops.isAsked(id), false);
    });
  });
}
