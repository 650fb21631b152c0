/** Sweeps whose trials are real trainings, in this process; processes that are killed are in test/slow/sweep.slow.ts. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openDataset } from '../../src/data/dataset.ts';
import { OslerError } from '../../src/errors.ts';
import { exampleSweep } from '../../src/store/conformance-sweeps.ts';
import { isGone, ownIdentity, workerName } from '../../src/store/identity.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { SweepRecord } from '../../src/store/sweep.ts';
import { drawDataset, smallConfig } from '../../src/training/testing.ts';
import { beginSweep } from '../../src/tuning/begin.ts';
import { SweepConfig } from '../../src/tuning/config.ts';
import { writeSweepPage } from '../../src/tuning/report/write.ts';
import { type WorkDeps, workOn } from '../../src/tuning/work.ts';

describe('a sweep', () => {
  let home: string;
  let store: Store;
  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'osler-tuning-'));
    await drawDataset(home, { perClass: 20, size: 16 });
    store = await openStore(home);
  });
  after(async () => {
    await store.close();
    rmSync(home, { recursive: true, force: true });
  });

  const SMALL = { data: { size: 16 }, training: { epochs: 2, batchSize: 12, metric: 'loss', threads: 1 } };
  async function begin(config: Record<string, unknown>, recipe: Record<string, unknown> = {}): Promise<SweepRecord> {
    const own = smallConfig({ ...SMALL, ...recipe });
    const parsed = SweepConfig.parse({ recipe: 'r', ...config });
    return beginSweep(store, parsed, own, await openDataset(home, 'spots'), {
      name: 'search',
      accepted: null,
      threads: 1,
    });
  }
  const work = (sweep: SweepRecord, deps: Partial<WorkDeps> = {}) =>
    workOn(sweep, { store, version: '0.1.0', workers: 1, signal: new AbortController().signal, ...deps });

  test('trains each combination of a grid once, as runs with their settings; pruned ones end at their epoch', async () => {
    const sweep = await begin({
      method: { kind: 'grid' },
      pruning: { kind: 'halving', factor: 2 },
      space: { 'optimiser.lr': [0.003, 0.00001], 'training.batchSize': [12, 24] },
    });
    assert.equal(sweep.trials, 4);
    await work(sweep, { workers: 2 });
    const trials = await store.sweeps.trials(sweep.id);
    assert.deepEqual(
      trials.map(({ params }) => params),
      [0.003, 0.00001].flatMap((lr) => [12, 24].map((size) => ({ 'optimiser.lr': lr, 'training.batchSize': size }))),
    );
    assert.ok(trials.every(({ state }) => state === 'finished' || state === 'pruned'));
    for (const { number, params, runs, epochs, value, state } of trials) {
      const run = await store.runs.get(runs[0]!);
      assert.deepEqual(
        [run.config.optimiser, run.name],
        [{ ...(run.config.optimiser as object), lr: params!['optimiser.lr'] }, `search ${number}`],
      );
      assert.equal(run.status, state === 'pruned' ? 'interrupted' : 'finished');
      assert.equal(epochs.length, state === 'pruned' ? 1 : 2);
      if (state === 'finished') assert.equal(run.best!.value, value);
      assert.equal((await store.metrics.read(run.id, ['val.loss'])).length, epochs.length);
      const tags = new Map((await store.logs.tags(run.id)).map(({ key, value: v }) => [key, v]));
      assert.deepEqual([tags.get('osler.sweep'), tags.get('osler.trial')], [sweep.id, String(number)]);
    }
    const { page } = await writeSweepPage(store, sweep);
    assert.match(readFileSync(page, 'utf8'), /<h1>search<\/h1>/);
  });

  test('what is stopped is given back and goes on; a loss that becomes infinite tells the search something', async () => {
    const sweep = await begin(
      { method: { kind: 'grid' }, space: { 'optimiser.lr': [1e30, 0.003] } },
      { training: { ...SMALL.training, epochs: 3 } },
    );
    const controller = new AbortController();
    let epochs = 0;
    const stopped = work(sweep, {
      signal: controller.signal,
      onLine: (text) => {
        if (text.startsWith('epoch') && ++epochs === 1) controller.abort(new OslerError('INTERRUPTED', 'stop'));
      },
    });
    await assert.rejects(stopped, { code: 'INTERRUPTED' });
    const [first, second] = await store.sweeps.trials(sweep.id);
    assert.deepEqual([first!.state, first!.failures], ['diverged', 0], first!.error!);
    assert.match(first!.error!, /not finite|loss became/);
    assert.equal(second!.state, 'waiting');
    await work(sweep);
    const [, after_] = await store.sweeps.trials(sweep.id);
    assert.deepEqual([after_!.state, after_!.runs, after_!.epochs.length], ['finished', second!.runs, 3]);
  });

  test('what only a training refuses is not asked for again; what the network refuses is said before the first trial', async () => {
    const lr = { 'optimiser.lr': { low: 0.001, high: 0.1 } };
    const sobol = { method: { kind: 'sobol' }, trials: 9, retries: 3 };
    const sweep = await begin(
      { ...sobol, space: lr },
      { loss: { kind: 'crossEntropy', classWeights: [1, 2, 3, 4, 5] } },
    );
    await assert.rejects(
      work(sweep),
      (error) =>
        error instanceof OslerError &&
        error.code === 'ENGINE_FAILED' &&
        /All 2 trials so far failed/.test(error.message),
    );
    const trials = await store.sweeps.trials(sweep.id);
    assert.deepEqual(
      trials.map(({ state, failures }) => [state, failures]),
      [
        ['failed', 1],
        ['failed', 1],
      ],
    );
    await assert.rejects(begin({ ...sobol, space: { 'model.name': ['simple_cnn', 'vgg16'] } }), (error) => {
      assert.ok(error instanceof OslerError && error.code === 'CONFIG_INVALID');
      assert.match(
        error.message,
        /^With model.name vgg16: vgg16 needs images of at least 32 pixels; data.size is 16\.$/,
      );
      return true;
    });
    await assert.rejects(
      begin({ ...sobol, space: { 'model.name': ['simple_cnn'], 'model.pretrained': [null, 'imagenet'] } }),
      { code: 'NOT_FOUND', message: /^With .*: No weights "imagenet" are published for simple_cnn\.$/ },
    );
    await assert.rejects(begin({ ...sobol, space: lr }, { evaluation: { positive: ['nobody'] } }), {
      code: 'CONFIG_INVALID',
    });
  });

  test('refuses a dataset that has changed, and a sweep without an end', async () => {
    const sweep = await begin({ method: { kind: 'random' }, trials: 1, space: { 'optimiser.lr': [0.01] } });
    const config = { ...sweep.config, dataset: { ...(sweep.config.dataset as object), digest: 'other' } };
    await assert.rejects(work({ ...sweep, config }), { code: 'DATA_INVALID' });
    await assert.rejects(begin({ space: { 'optimiser.lr': [0.01] } }), { code: 'CONFIG_INVALID' });
    await assert.rejects(work({ ...exampleSweep(), config: sweep.config }), { code: 'NOT_FOUND' });
  });
});

test('a worker of this machine is known to be gone when its process is', () => {
  const own = ownIdentity();
  assert.equal(isGone(own), false);
  const { host, started } = JSON.parse(own) as { host: string; started: string | null };
  assert.equal(isGone(JSON.stringify({ host, pid: 2 ** 22 + 1, started: '1' })), true);
  assert.equal(isGone(JSON.stringify({ host, pid: process.pid, started: '1' })), started !== null);
  assert.equal(isGone(JSON.stringify({ host: 'elsewhere', pid: 2 ** 22 + 1, started: '1' })), false);
  // The machine was started anew since; a container beside this one may count its processes otherwise.
  const [name, boot, space] = host.split('/');
  const from = (other: string) => isGone(JSON.stringify({ host: other, pid: process.pid, started }));
  if (boot !== '') assert.equal(from(`${name}/00000000-0000-4000-8000-000000000000/${space}`), name !== 'localhost');
  assert.equal(from(`${name}/${boot}/pid:[1]`), false);
  assert.equal(from(`elsewhere/00000000-0000-4000-8000-000000000000/${space}`), false);
  assert.equal(isGone('somebody'), false);
  assert.match(workerName(own), new RegExp(`${process.pid}$`));
});
