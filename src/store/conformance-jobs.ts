import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { OslerError } from '../errors.ts';
import { type ItemResult, type NewJob, PART } from './jobs/types.ts';
import type { Store } from './store.ts';

export function exampleJob(fields: Partial<NewJob> = {}): NewJob {
  return {
    id: randomBytes(16).toString('hex'),
    name: 'ward 3',
    fingerprint: 'f'.repeat(64),
    who: 'ada',
    source: { kind: 'folder', where: '/scans' },
    target: { kind: 'deployment', name: 'derma' },
    ...fields,
  };
}

const result = (number: number, fields: Partial<ItemResult> = {}): ItemResult => ({
  number,
  outcome: 'ok',
  image: 'a'.repeat(64),
  answer: { label: 'benign' },
  milliseconds: 1.5,
  ...fields,
});

/** What every engine must do for scoring jobs. `open` gives an empty store. */
export function jobConformance(engine: string, open: () => Promise<Store>): void {
  const rejects = (promise: Promise<unknown>, code: string) =>
    assert.rejects(promise, (error) => error instanceof OslerError && error.code === code);

  async function made(store: Store, items: number, fields: Partial<NewJob> = {}) {
    const job = await store.jobs.create(exampleJob(fields));
    await store.jobs.add(
      job.id,
      Array.from({ length: items }, (_, i) => ({ name: `${i}.png`, content: null })),
    );
    return store.jobs.open(job.id);
  }

  describe(`jobs on ${engine}`, () => {
    it('receives images, opens, is found, listed and forgotten', async () => {
      await using store = await open();
      await rejects(store.jobs.get('latest'), 'NOT_FOUND');
      await rejects(store.jobs.get('abcd'), 'NOT_FOUND');
      const job = await made(store, PART + 1);
      assert.deepEqual(
        [job.state, job.total, job.done, job.source],
        ['waiting', PART + 1, 0, { kind: 'folder', where: '/scans' }],
      );
      await rejects(store.jobs.create(exampleJob({ id: job.id })), 'ALREADY_EXISTS');
      assert.deepEqual(await store.jobs.get(job.id.slice(0, 8)), job);
      assert.deepEqual(await store.jobs.get('latest'), job);
      assert.deepEqual(await store.jobs.list({ states: ['waiting'] }), [job]);
      assert.deepEqual(await store.jobs.list({ before: job }), []);
      assert.deepEqual(await store.jobs.same('f'.repeat(64)), job);
      assert.equal(await store.jobs.same('0'.repeat(64)), null);
      assert.deepEqual(await store.jobs.openParts(job.id), [0, 1]);
      assert.deepEqual(await store.jobs.openItems(job.id, 1), [{ number: PART, name: `${PART}.png`, content: null }]);
      await store.jobs.delete(job.id);
      await rejects(store.jobs.get(job.id), 'NOT_FOUND');
      assert.deepEqual(await store.jobs.results(job.id, { limit: 10 }), []);
    });

    it('counts each item once, whoever writes it, and is finished with the last', async () => {
      await using store = await open();
      const { id } = await made(store, 3);
      await store.jobs.begin(id);
      const unreadable = result(1, { outcome: 'IMAGE_UNREADABLE', image: null, answer: { error: 'x' } });
      await store.jobs.write(id, [result(0), unreadable]);
      const twice = await store.jobs.write(id, [result(0, { answer: { label: 'other' } }), unreadable]);
      assert.deepEqual([twice.state, twice.done, twice.failed], ['running', 2, 1]);
      assert.equal((await store.jobs.results(id, { limit: 1 }))[0]!.answer!.label, 'benign');
      await Promise.all(Array.from({ length: 5 }, () => store.jobs.write(id, [result(2)])));
      const end = await store.jobs.get(id);
      assert.deepEqual([end.state, end.done, end.failed, end.endedAt !== null], ['finished', 3, 1, true]);
      assert.deepEqual(
        (await store.jobs.results(id, { after: 0, limit: 10 })).map(({ number, outcome }) => [number, outcome]),
        [
          [1, 'IMAGE_UNREADABLE'],
          [2, 'ok'],
        ],
      );
      const failures = async (offset: number) =>
        (await store.jobs.failures(id, { offset, limit: 10 })).map(({ number }) => number);
      assert.deepEqual([await failures(0), await failures(1)], [[1], []]);
    });

    it('fails after parts that broke off, is cancelled, and goes on when it is told to', async () => {
      await using store = await open();
      const { id } = await made(store, 2);
      await store.jobs.begin(id);
      assert.equal((await store.jobs.brokeOff(id, 'no memory', 2)).state, 'running');
      const failed = await store.jobs.brokeOff(id, 'no memory', 2);
      assert.deepEqual([failed.state, failed.error], ['failed', 'no memory']);
      assert.equal((await store.jobs.end(id, 'cancelled', null)).state, 'failed');
      const again = await store.jobs.reopen(id);
      assert.deepEqual([again.state, again.failures, again.error], ['running', 0, null]);
      assert.equal((await store.jobs.end(id, 'cancelled', null)).state, 'cancelled');
      // Its last answers are kept; it stays cancelled.
      const written = await store.jobs.write(id, [result(0), result(1)]);
      assert.deepEqual([written.state, written.done], ['cancelled', 2]);
    });

    it('hands each part to one worker; what is given back or left comes again', async () => {
      await using store = await open();
      const { id } = await made(store, PART * 3);
      const { queue } = store.jobs;
      assert.equal(await queue.take(id), null);
      await queue.fill(id, await store.jobs.openParts(id));
      assert.equal(await queue.size(id), 3);
      const taken = await Promise.all(Array.from({ length: 5 }, () => queue.take(id)));
      const mine = taken.filter((part) => part !== null);
      assert.deepEqual(mine.map(({ number }) => number).sort(), [0, 1, 2]);
      assert.equal(await queue.inHands(id), 3);
      assert.ok(await queue.keep(mine[0]!));
      await queue.giveBack(mine[0]!);
      assert.equal(await queue.inHands(id), 2);
      const again = (await queue.take(id))!;
      assert.equal(again.number, mine[0]!.number);
      await Promise.all([again, mine[1]!].map((part) => queue.done(part)));
      assert.deepEqual([await queue.size(id), await queue.inHands(id)], [1, 1]);
      // Its worker vanished, and somebody goes on with the job.
      await queue.fill(id, [mine[2]!.number]);
      assert.equal(await queue.inHands(id), 0);
      assert.equal((await queue.take(id))!.number, mine[2]!.number);
      await queue.drop(id);
      assert.equal(await queue.inHands(id), 0);
      // Another worker that saw the end too.
      await queue.drop(id);
      assert.equal(await queue.take(id), null);
    });

    it('moves to another store with its answers', async () => {
      await using store = await open();
      const { id } = await made(store, 2);
      await store.jobs.write(id, [result(1)]);
      await using other = await open();
      await other.load(store.dump());
      assert.deepEqual(await other.jobs.get(id), await store.jobs.get(id));
      assert.deepEqual(await other.jobs.results(id, { limit: 10 }), await store.jobs.results(id, { limit: 10 }));
    });
  });
}
