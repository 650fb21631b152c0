import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { OslerError } from '../errors.ts';
import type { Store } from './store.ts';
import type { Claim, SweepRecord } from './sweep.ts';

export function exampleSweep(fields: Partial<SweepRecord> = {}): SweepRecord {
  return {
    id: randomBytes(16).toString('hex'),
    name: 'search',
    state: 'open',
    createdAt: new Date().toISOString(),
    trials: 3,
    direction: 'max',
    config: { seed: 1 },
    ...fields,
  };
}

/** What every engine must do for sweeps. `open` gives an empty store. */
export function sweepConformance(engine: string, open: () => Promise<Store>): void {
  const rejects = (promise: Promise<unknown>, code: string) =>
    assert.rejects(promise, (error) => error instanceof OslerError && error.code === code);
  const never = () => false;

  async function take(
    store: Store,
    sweep: SweepRecord,
    options: Partial<Parameters<Store['sweeps']['claim']>[1]> = {},
  ) {
    const claimed = await store.sweeps.claim(sweep.id, { worker: 'w', leaseMs: 60_000, ...options });
    return claimed.kind === 'trial' ? claimed.claim : claimed.kind;
  }

  describe(`sweeps on ${engine}`, () => {
    it('creates, finds, lists, extends and forgets sweeps', async () => {
      await using store = await open();
      await rejects(store.sweeps.get('latest'), 'NOT_FOUND');
      const old = await store.sweeps.create(exampleSweep({ createdAt: '2025-01-01T00:00:00.000Z' }));
      const young = await store.sweeps.create(exampleSweep());
      await rejects(store.sweeps.create(old), 'ALREADY_EXISTS');
      assert.deepEqual(await store.sweeps.list(), [young, old]);
      assert.deepEqual(await store.sweeps.get(old.id.slice(0, 12)), old);
      assert.deepEqual(await store.sweeps.get('search'), young);
      assert.equal((await store.sweeps.update(old.id, { trials: 9, state: 'stopped' })).trials, 9);
      await store.sweeps.delete(old.id);
      await rejects(store.sweeps.get(old.id), 'NOT_FOUND');
    });

    it('begins as many trials as were asked for, whoever asks', async () => {
      await using store = await open();
      const sweep = await store.sweeps.create(exampleSweep({ trials: 7 }));
      const all = await Promise.all(Array.from({ length: 20 }, (_, i) => take(store, sweep, { worker: `w${i}` })));
      const claims = all.filter((one): one is Claim => typeof one !== 'string');
      assert.deepEqual(
        claims.map(({ trial }) => trial.number).sort((a, b) => a - b),
        [0, 1, 2, 3, 4, 5, 6],
      );
      assert.equal(all.filter((one) => one === 'wait').length, 13);
      for (const claim of claims) assert.ok(await store.sweeps.settle(claim, { state: 'finished', value: 0.5 }));
      assert.equal(await take(store, sweep), 'done');
      await store.sweeps.update(sweep.id, { trials: 8 });
      assert.equal(((await take(store, sweep)) as Claim).trial.number, 7);
    });

    it('gives a lost trial to the next worker, and the old one has nothing more to say', async () => {
      await using store = await open();
      const sweep = await store.sweeps.create(exampleSweep({ trials: 1 }));
      const first = (await take(store, sweep)) as Claim;
      assert.ok(await store.sweeps.assign(first, { params: { 'optimiser.lr': 0.1 }, run: 'a'.repeat(32) }));
      assert.equal(await store.sweeps.report(first, { epoch: 1, value: 0.7, best: 0.7 }, never), 'go');
      assert.equal(await take(store, sweep), 'wait');
      assert.ok(await store.sweeps.renew(first, 1));
      await sleep(20);
      const second = (await take(store, sweep)) as Claim;
      assert.deepEqual(
        [second.trial.number, second.trial.params, second.trial.runs, second.trial.epochs],
        [0, { 'optimiser.lr': 0.1 }, ['a'.repeat(32)], [0.7]],
      );
      assert.equal(await store.sweeps.renew(first, 60_000), false);
      assert.equal(await store.sweeps.assign(first, { run: 'b'.repeat(32) }), false);
      assert.equal(await store.sweeps.report(first, { epoch: 2, value: 0.9, best: 0.9 }, never), 'lost');
      assert.equal(await store.sweeps.settle(first, { state: 'finished', value: 1 }), false);
      assert.ok(await store.sweeps.renew(second, 60_000));
      assert.ok(await store.sweeps.settle(second, { state: 'finished', value: 0.8 }));
      const [trial] = await store.sweeps.trials(sweep.id);
      assert.deepEqual([trial!.value, trial!.state, trial!.runs.length], [0.8, 'finished', 1]);
    });

    it('does not wait for the lease of a worker that is known to be gone', async () => {
      await using store = await open();
      const sweep = await store.sweeps.create(exampleSweep({ trials: 1 }));
      await take(store, sweep, { worker: 'dead' });
      assert.equal(await take(store, sweep, { gone: (worker) => worker === 'other' }), 'wait');
      assert.equal(((await take(store, sweep, { gone: (worker) => worker === 'dead' })) as Claim).trial.number, 0);
    });

    it('prunes in the transaction that notes the epoch, and decides each epoch once', async () => {
      await using store = await open();
      const sweep = await store.sweeps.create(exampleSweep({ trials: 2 }));
      const a = (await take(store, sweep)) as Claim;
      const b = (await take(store, sweep)) as Claim;
      await store.sweeps.report(a, { epoch: 1, value: 0.9, best: 0.9 }, never);
      let asked = 0;
      const decide = (trial: { number: number }, all: { epochs: (number | null)[] }[]) => {
        asked += 1;
        assert.deepEqual(
          all.map((one) => one.epochs),
          trial.number === 1 ? [[0.9], [null]] : [[0.9, 0.8], [null]],
        );
        return trial.number === 1;
      };
      assert.equal(await store.sweeps.report(a, { epoch: 1, value: 0.9, best: 0.9 }, decide), 'go');
      assert.equal(asked, 0);
      assert.equal(await store.sweeps.report(b, { epoch: 1, value: null, best: null }, decide), 'pruned');
      assert.equal(await store.sweeps.report(a, { epoch: 2, value: 0.8, best: 0.9 }, decide), 'go');
      assert.equal(asked, 2);
      assert.equal(await store.sweeps.settle(b, { state: 'finished' }), false);
      const [, pruned] = await store.sweeps.trials(sweep.id);
      assert.deepEqual([pruned!.state, pruned!.epochs, pruned!.endedAt !== null], ['pruned', [null], true]);
    });

    it('counts failures, pauses between tries, and gives up a trial that takes its workers with it', async () => {
      await using store = await open();
      const sweep = await store.sweeps.create(exampleSweep({ trials: 1 }));
      const first = (await take(store, sweep)) as Claim;
      await store.sweeps.settle(first, { state: 'waiting', pauseMs: 60_000 });
      assert.equal(await take(store, sweep), 'wait');
      await store.sweeps.update(sweep.id, { trials: 2 });
      const second = (await take(store, sweep)) as Claim;
      await store.sweeps.settle(second, { state: 'waiting', failed: true, error: 'no memory', pauseMs: 1 });
      await sleep(20);
      for (let i = 0; i < 5; i++) {
        const claim = (await take(store, sweep, { gone: () => true })) as Claim;
        assert.equal(claim.trial.failures, 1);
      }
      assert.equal(await take(store, sweep, { gone: () => true }), 'wait');
      const [, trial] = await store.sweeps.trials(sweep.id);
      assert.deepEqual([trial!.state, trial!.failures], ['failed', 2]);
      assert.match(trial!.error!, /vanished 5 times/);
    });

    it('stops, and moves to another store with its trials', async () => {
      await using store = await open();
      const sweep = await store.sweeps.create(exampleSweep());
      const claim = (await take(store, sweep)) as Claim;
      await store.sweeps.update(sweep.id, { state: 'stopped' });
      assert.equal(await take(store, sweep), 'stopped');
      assert.ok(await store.sweeps.settle(claim, { state: 'finished', value: Number.POSITIVE_INFINITY }));
      await using other = await open();
      await other.load(store.dump());
      assert.deepEqual(await other.sweeps.trials(sweep.id), await store.sweeps.trials(sweep.id));
    });
  });
}
