/** Osler's tracker against Osler's own server, over the wire: one id, everything that was said, however often the connection breaks. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildHouse } from '../src/server/house.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { differences } from '../src/tracking/exchange/differences.ts';
import { mlflowServerSink, mlflowServerSource } from '../src/tracking/exchange/mlflow-server.ts';
import { probeRun } from '../src/tracking/exchange/probe.ts';
import type { Source } from '../src/tracking/exchange/run.ts';
import { storeSink, storeSource } from '../src/tracking/exchange/store.ts';
import { bring, LINKS, MAKER, MODELS, READER, told, WHOLE } from '../src/tracking/exchange/testing-models.ts';
import { MlflowClient } from '../src/tracking/mlflow/client.ts';
import { MlflowRemote } from '../src/tracking/mlflow/remote.ts';
import { reserveId } from '../src/tracking/open.ts';
import { SpooledTracker } from '../src/tracking/spooled.ts';

let folder: string;
let store: Store;
let app: Awaited<ReturnType<typeof buildHouse>>;
let uri: string;
/** Requests until the next one whose answer is lost. */
let untilLost = Number.POSITIVE_INFINITY;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'osler-own-'));
  store = await openStore(join(folder, 'home'));
  app = await buildHouse({ store, version: '0.0.0' });
  uri = await app.listen({ host: '127.0.0.1', port: 0 });
  app.server.prependListener('request', (request, response) => {
    if (--untilLost > 0) return;
    untilLost = 3;
    // Done, and never heard of.
    response.on('finish', () => undefined);
    const { end } = response;
    response.end = ((...args: Parameters<typeof end>) => {
      request.socket.destroy();
      return end.apply(response, args);
    }) as typeof end;
  });
});
after(async () => {
  await app.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const client = () => new MlflowClient({ uri, timeoutMs: 10_000 });

test('answers that are lost again and again: one run, under our own id, each value once', async () => {
  const id = 'a1'.repeat(16);
  const tracker = new SpooledTracker(
    join(folder, 'spool'),
    'm',
    new MlflowRemote({ client: client(), experiment: null }),
    {
      pauseMs: 1,
      batchBytes: 20_000,
    },
  );
  untilLost = 2;
  await tracker.startRun({ id, name: 'run', experiment: 'spots', startTime: 1_000, user: 'me', group: null });
  await tracker.logParams({ lr: '0.1' });
  for (let step = 0; step < 1_000; step++) {
    const value = step % 100 === 7 ? Number.NaN : step % 100 === 8 ? Number.NEGATIVE_INFINITY : 1 / (step + 1);
    await tracker.logMetrics([{ key: 'loss', value, step, time: 1_000 + step }]);
    if (step % 250 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await tracker.endRun('finished', 5_000);
  for (let waited = 0; waited < 10_000; waited += 20) {
    const done = await store.tracked.get(id).then(
      ({ status }) => status === 'finished',
      () => false,
    );
    if (done) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  untilLost = Number.POSITIVE_INFINITY;
  assert.deepEqual(await tracker.close(), { bytes: 0, reason: null });
  const run = await store.tracked.get(id);
  assert.deepEqual(
    [run.name, run.user, run.status, run.startedAt, run.endedAt],
    ['run', 'me', 'finished', 1_000, 5_000],
  );
  const history = await store.logs.history(id, 'loss');
  assert.equal(history.length, 1_000);
  assert.ok(Number.isNaN(history[107]!.value));
  assert.equal(history[108]!.value, Number.NEGATIVE_INFINITY);
  assert.equal(history[999]!.value, 1 / 1_000);
  const all = await store.search.runs({ experimentIds: [run.experimentId] });
  assert.equal(all.runs.length, 1);
});

test('the id that is asked for before a training is the one that was proposed; one that is taken is not given twice', async () => {
  const targets = [{ mlflow: { uri, experiment: null, checkpoints: true, timeoutSeconds: 5 } }];
  const run = { candidate: 'b2'.repeat(16), name: 'n', experiment: 'spots', user: 'u', startTime: 5 };
  const access = { mlflow: {}, wandb: { url: '' } };
  assert.equal((await reserveId(targets, run, access))!.id, run.candidate);
  const second = await reserveId(targets, run, access);
  assert.match(second!.id, /^[0-9a-f]{32}$/);
  assert.notEqual(second!.id, run.candidate);
  await second!.cancel();
  assert.equal((await store.tracked.get(second!.id)).deleted, true);
});

test('a run with one of everything goes through the wire and comes back; only what MLflow limits is lost', async () => {
  const run = probeRun('c3'.repeat(16));
  await mlflowServerSink(client()).write(run);
  const words: string[] = [];
  for await (const back of mlflowServerSource(client(), { experiment: run.experiment })) {
    words.push(...(await differences(run, back)).map(({ what, detail }) => `${what} ${detail}`));
  }
  assert.deepEqual(words, [
    'parameter long: 8000 characters became 6000 characters',
    'metric val.recall/größe & co is missing',
  ]);
  for await (const stored of storeSource(store, [run.id])) assert.equal(stored.user, 'probe');
});

test('logged models go through the wire and come back under their ids, sent twice as once; only what no request says is lost', async () => {
  await using other = await openStore(join(folder, 'models'));
  const from: Source = {
    async *[Symbol.asyncIterator]() {
      yield* WHOLE;
    },
    async *models() {
      yield* MODELS();
    },
  };
  // Each time anew, as a command that was broken off is run again.
  for (let time = 0; time < 2; time++) {
    const moved = await bring(from, mlflowServerSink(client(), { experiment: 'of models' }));
    assert.deepEqual(
      moved.map((one) => [one.model, one.metrics, one.params, one.tags, one.artifacts, one.leftOut]),
      MODELS().map(({ id, metrics, statusMessage }) => [
        id,
        metrics.length,
        3,
        2,
        2,
        statusMessage === null ? [] : ['the message of its status'],
      ]),
    );
  }
  await bring(mlflowServerSource(client(), { experiment: 'of models' }), storeSink(other));
  const back = storeSource(other, [MAKER, READER], { all: true });
  const ofServer = { experiment: 'of models', statusMessage: null, createdAt: 0, updatedAt: 0 };
  const timeless = async function* () {
    for await (const model of back.models!()) yield { ...model, createdAt: 0, updatedAt: 0 };
  };
  assert.deepEqual(await told(timeless()), await told(MODELS().map((model) => ({ ...model, ...ofServer }))));
  const links = [];
  for await (const { models } of back) links.push(models);
  assert.deepEqual(links, LINKS);
});

test('a server of before MLflow 3 has runs and no logged models: the run comes over, the model is named', async () => {
  const old = createServer(async (request, response) => {
    if (request.url!.includes('logged-models')) return response.writeHead(404).end('{}');
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const answer = await fetch(`${uri}${request.url}`, {
      method: request.method!,
      headers: { 'content-type': request.headers['content-type'] ?? 'application/octet-stream' },
      ...(request.method === 'GET' ? {} : { body: new Uint8Array(Buffer.concat(parts)) }),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    return response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve));
  try {
    const there = new MlflowClient({
      uri: `http://127.0.0.1:${(old.address() as AddressInfo).port}`,
      timeoutMs: 60_000,
    });
    const id = 'ab'.repeat(16);
    const sink = mlflowServerSink(there, { experiment: 'of before' });
    await sink.write({ ...WHOLE[0]!, id });
    await assert.rejects(sink.writeModel!(MODELS()[0]!), {
      code: 'DATA_INVALID',
      message: /takes no logged model "lesions"/,
    });
    const seen: string[] = [];
    const source = mlflowServerSource(there, { experiment: 'of before' });
    for await (const run of source) seen.push(run.id);
    for await (const model of source.models!()) seen.push(model.id);
    assert.deepEqual(seen, [id]);
  } finally {
    old.closeAllConnections();
    await new Promise((resolve) => old.close(resolve));
  }
});

test('what is on the server already gets no twin: one that we sent is gone on with, one of its own is named', async () => {
  const count = async () =>
    (await store.search.runs({ experimentIds: (await store.experiments.list()).map(({ id }) => id), viewType: 'all' }))
      .runs.length;
  // Sent above, with a parameter more by now.
  const run = probeRun('c3'.repeat(16));
  const before = await count();
  const sent = await mlflowServerSink(client(), { experiment: 'elsewhere' }).write({
    ...run,
    params: { ...run.params, later: '1' },
  });
  assert.equal(sent.run, run.id);
  assert.ok(sent.leftOut.some((words) => /^experiment "elsewhere": the run is in another there/.test(words)));
  assert.ok((await store.logs.params(run.id)).some(({ key }) => key === 'later'));
  const { status, endedAt } = await store.tracked.get(run.id);
  assert.deepEqual([status, endedAt], [run.status, run.endedAt]);
  // Of this store itself: the server is its own.
  const own = await store.tracked.start({ experimentId: 0, name: 'own', startedAt: 1_000, status: 'finished' });
  for (const experiment of ['Default', 'elsewhere']) {
    for await (const mine of storeSource(store, [own.id])) {
      await assert.rejects(mlflowServerSink(client(), { experiment }).write(mine), {
        code: 'ALREADY_EXISTS',
        message: new RegExp(`^Run ${own.id} is on .* already: "own"`),
      });
    }
  }
  await store.runs.delete(own.id);
  for await (const mine of storeSource(store, [own.id])) {
    await assert.rejects(mlflowServerSink(client()).write(mine), { code: 'ALREADY_EXISTS', message: /deleted/ });
  }
  assert.equal(await count(), before + 1);
});
