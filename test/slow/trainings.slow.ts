/** Trainings that are begun over HTTP: real processes on a tiny dataset, stopped, gone on with, outliving their server, killed. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { buildHouse } from '../../src/server/house.ts';
import { pidOf } from '../../src/store/identity.ts';
import { checkpointDir } from '../../src/store/paths.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { drawDataset } from '../../src/training/testing.ts';

const SETTINGS = [
  'dataset=spots',
  'data.size=24',
  'data.workers=1',
  'training.batchSize=8',
  'training.threads=1',
  'evaluation.positive=[right]',
];
const PATIENCE_MS = 90_000;

describe('trainings in the background', () => {
  let home: string;
  let store: Store;
  let app: FastifyInstance;
  const open = async () => {
    store = await openStore(home);
    app = await buildHouse({ store, version: '0' });
  };
  const close = async () => {
    await app.close();
    await store.close();
  };
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'osler-trainings-'));
    await drawDataset(home);
    await open();
  });
  after(async () => {
    for (const { worker } of await store.trainings.list({ open: true })) {
      const pid = worker === null ? null : pidOf(worker);
      if (pid !== null) process.kill(pid, 'SIGKILL');
    }
    await close();
    await rm(home, { recursive: true, force: true });
  });

  // biome-ignore lint/suspicious/noExplicitAny: answers are read as JSON
  async function call(method: 'GET' | 'POST', url: string, payload?: object, status = 200): Promise<any> {
    const answer = await app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
    assert.equal(answer.statusCode, status, answer.body);
    return answer.json();
  }
  const begin = (...settings: string[]) =>
    call('POST', '/v1/trainings', { recipe: 'pneumoniamnist', settings: [...SETTINGS, ...settings] });
  // biome-ignore lint/suspicious/noExplicitAny: answers are read as JSON
  async function until(id: string, holds: (training: any) => boolean): Promise<any> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(100)) {
      const training = await call('GET', `/v1/trainings/${id}`);
      if (holds(training)) return training;
      assert.notEqual(training.state, 'failed', JSON.stringify(training));
    }
    assert.fail('it never came to that');
  }
  const epochsOf = async (run: string) => (await store.metrics.read(run, ['epoch.loss'])).length;

  test('one is stopped with a checkpoint, and goes on after the server was started anew, to the bits of an undisturbed one', async () => {
    const { id, state } = await begin('training.epochs=30', 'name=stopped');
    assert.equal(state, 'starting');
    const { run } = await until(id, (training) => training.state === 'running');
    while ((await epochsOf(run)) < 2) await sleep(50);
    const follows = await call('GET', `/v1/trainings/${id}`);
    assert.ok(
      follows.log.some((line: string) => /epoch 1\/30/.test(line)),
      follows.log.join('\n'),
    );
    await call('POST', `/v1/runs/${run}/resume`, undefined, 409);
    assert.deepEqual(await call('POST', `/v1/runs/${run}/stop`), { stopping: true });
    await until(id, (training) => training.state === 'stopped');
    assert.equal((await store.runs.get(run)).status, 'interrupted');
    const before = await epochsOf(run);
    assert.ok(before < 30);

    // Goes on while no server is there.
    const again = await call('POST', `/v1/runs/${run}/resume`);
    await close();
    await sleep(1_000);
    await open();
    const ended = await until(again.id, (training) => training.state === 'finished');
    assert.deepEqual([ended.run, ended.progress, ended.error], [run, null, null]);
    assert.equal((await store.runs.get(run)).status, 'finished');
    assert.equal(await epochsOf(run), 30);

    const { id: other } = await begin('training.epochs=30', 'name=undisturbed');
    const undisturbed = await until(other, (training) => training.state === 'finished');
    // Behind the head, which names the run.
    const weights = async (of: string) => {
      const file = await readFile(join(checkpointDir(home, of, 'last'), 'model.safetensors'));
      return createHash('sha256')
        .update(file.subarray(8 + Number(file.readBigUInt64LE())))
        .digest('hex');
    };
    assert.equal(await weights(run), await weights(undisturbed.run));
    await call('POST', `/v1/trainings/${other}/stop`, undefined, 400);
  });

  test('one that is killed is found out, and can go on', async () => {
    const { id } = await begin('training.epochs=200', 'name=killed');
    const { run } = await until(id, (training) => training.state === 'running');
    while ((await epochsOf(run)) < 1) await sleep(50);
    const pid = pidOf((await store.trainings.get(id)).worker!);
    process.kill(pid!, 'SIGKILL');
    const killed = await until(id, (training) => training.state === 'stopped');
    assert.equal(killed.run, run);
    assert.equal((await store.runs.get(run)).status, 'interrupted');
    const again = await call('POST', `/v1/runs/${run}/resume`);
    await until(again.id, (training) => training.state === 'running');
    await call('POST', `/v1/trainings/${again.id}/stop`);
    await until(again.id, (training) => training.state === 'stopped');
  });

  test('one that fails says why', async () => {
    const refused = await call(
      'POST',
      '/v1/trainings',
      { recipe: 'pneumoniamnist', settings: [...SETTINGS, 'model.pretrained=imagenet'] },
      404,
    );
    assert.match(refused.error.message, /imagenet/i);
    const { id } = await begin('training.epochs=1', 'optimiser.kind=sgd', 'optimiser.lr=1e30');
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(100)) {
      const training = await call('GET', `/v1/trainings/${id}`);
      if (training.state !== 'failed') continue;
      assert.match(training.error.message, /loss became (NaN|Infinity)/);
      const run = await call('GET', `/v1/runs/${training.run}`);
      assert.match(run.record.failure, /^The training loss became (NaN|Infinity) at step \d+\. Lower optimiser\.lr/);
      return;
    }
    assert.fail('it never failed');
  });

  test('a sweep is begun, stopped and gone on with', async () => {
    const settings = [...SETTINGS, 'training.epochs=3'].filter((one) => !one.startsWith('training.batchSize'));
    const { sweep, training } = await call('POST', '/v1/sweeps', { sweep: 'sweeps/first-try', settings, trials: 3 });
    await until(training.id, (one) => one.progress !== null && one.progress.done >= 1);
    await call('POST', `/v1/sweeps/${sweep}/resume`, {}, 409);
    await call('POST', `/v1/sweeps/${sweep}/stop`, { now: true });
    await until(training.id, (one) => one.state !== 'running' && one.state !== 'starting');
    const stopped = await call('GET', `/v1/sweeps/${sweep}`);
    assert.equal(stopped.work, null);
    assert.ok(stopped.trials.length < 3 || stopped.counts.finished === 3);
    const { training: again } = await call('POST', `/v1/sweeps/${sweep}/resume`, { trials: 3 });
    await until(again.id, (one) => one.state === 'finished');
    const done = await call('GET', `/v1/sweeps/${sweep}`);
    assert.equal(
      done.trials.filter((one: { state: string }) => one.state === 'finished' || one.state === 'pruned').length,
      3,
    );
    const trial = done.trials[0].run;
    await call('POST', `/v1/runs/${trial}/stop`, undefined, 400);
  });
});
