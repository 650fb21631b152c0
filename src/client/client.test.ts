/** The client against the whole house; and against a server that behaves badly. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { zipSync } from 'fflate';
import { until } from '../../test/until.ts';
import { type TestHouse, testHouse } from '../server/testing-house.ts';
import { picture } from '../serving/testing.ts';
import { exampleRun } from '../store/testing.ts';
import { Osler, OslerError } from './index.ts';

const refuses = (promise: Promise<unknown>, code: string, status: number) =>
  assert.rejects(promise, (error) => error instanceof OslerError && error.code === code && error.status === status);

describe('against the house', () => {
  let house: TestHouse;
  let osler: Osler;
  before(async () => {
    house = await testHouse();
    osler = new Osler({ url: `${house.url}/` });
  });
  after(() => house.close());

  test('predicts, by bytes, buffers and blobs, and with all that may be said beside the image', async () => {
    const image = await picture(1);
    const answer = await osler.predict(image, {
      key: 'patient-17',
      heatmap: true,
      priority: 'high',
      deadlineMs: 5_000,
    });
    assert.deepEqual([answer.routing.by, answer.routing.variant, answer.model.version], ['patient', 'skin@1', 1]);
    assert.match(answer.heatmap!.image, /^data:image\/png;base64,/);
    for (const other of [new Blob([image as Uint8Array<ArrayBuffer>]), new Uint8Array(image).buffer]) {
      assert.deepEqual((await osler.predict(other)).probabilities, answer.probabilities);
    }
    const batch = await osler.predictBatch([image, Buffer.from('no image')]);
    assert.equal(batch.answered, 1);
    assert.ok('error' in batch.answers[1]!);
    const named = await osler.predict(image, { version: '1' });
    assert.equal(named.routing.by, 'version');
    await refuses(osler.predict(image, { version: '2' }), 'NOT_FOUND', 404);
    await refuses(osler.predict(Buffer.from('no image')), 'IMAGE_TYPE', 415);
  });

  test('says what turned out to be true, and reads and replays what was answered', async () => {
    const image = await picture(2);
    const { requestId, label } = await osler.predict(image);
    const told = await osler.feedback(requestId, label, { who: 'Dr. Low' });
    assert.deepEqual(told.variants, [{ variant: 'skin@1', label, correct: true }]);
    assert.equal((await osler.prediction(requestId)).variants[0]!.outcome, 'ok');
    assert.equal((await osler.replay(requestId, image)).variants[0]!.same, true);
    await refuses(osler.feedback('nothing', 'benign'), 'NOT_FOUND', 404);
  });

  test('reads runs and models, page by page', async () => {
    const run = await house.store.runs.create(exampleRun({ name: 'first', status: 'finished' }));
    for (let i = 0; i < 120; i++) await house.store.runs.create(exampleRun({ status: 'finished', name: `run ${i}` }));
    await house.store.metrics.append(run.id, [{ key: 'loss', step: 1, epoch: 0, value: Number.NaN, time: 1 }]);
    assert.equal((await Array.fromAsync(osler.runs.list())).length, 121);
    assert.deepEqual(
      (await Array.fromAsync(osler.runs.list({ filter: "attributes.run_name = 'first'" }))).map(({ id }) => id),
      [run.id],
    );
    assert.equal((await osler.runs.get('first')).id, run.id);
    assert.deepEqual(
      (await Array.fromAsync(osler.runs.values(run.id, 'loss'))).map(({ value }) => value),
      ['NaN'],
    );
    assert.deepEqual(
      (await Array.fromAsync(osler.models.list())).map(({ name }) => name),
      ['skin'],
    );
    assert.deepEqual(
      (await Array.fromAsync(osler.models.versions('skin'))).map(({ version }) => version),
      [3, 2, 1],
    );
    assert.equal((await osler.models.version('skin', 2)).status, 'approved');
    await refuses(osler.models.version('skin', 'champion'), 'NOT_FOUND', 404);
  });

  test('changes a deployment and takes it back', async () => {
    assert.deepEqual(
      (await osler.deployments.list()).map(({ name }) => name),
      ['derma'],
    );
    const two = [
      { model: 'skin@1', weight: 1 },
      { model: 'skin@2', weight: 1 },
    ];
    const changed = await osler.deployments.change('derma', { live: two, why: 'compare' });
    assert.deepEqual(
      changed.members.map(({ share }) => share),
      [0.5, 0.5],
    );
    const back = await osler.deployments.rollback('derma', { why: 'enough' });
    assert.equal(back.members.length, 1);
    const canary = await osler.deployments.canary('derma', 'skin@2', { plan: { steps: [10] } });
    assert.ok(canary.members.some(({ role, share }) => role === 'canary' && share === 0.1));
    assert.deepEqual(
      (await osler.deployments.promote('derma')).members.map(({ name }) => name),
      ['skin@2'],
    );
    assert.equal((await osler.deployments.get('derma')).revision.number, 5);
  });

  test('sends a job, waits for it, and reads its answers one by one', async () => {
    const zip = zipSync({ 'a.png': await picture(1), 'b.png': Buffer.from('no image') });
    const made = await osler.jobs.create([{ name: 'scans.zip', content: zip }], {
      deployment: 'derma',
      name: 'ward 3',
    });
    const seen: string[] = [];
    const job = await osler.jobs.wait(made.id, { everyMs: 50, onProgress: ({ state }) => seen.push(state) });
    assert.deepEqual([job.state, job.failed, seen.at(-1)], ['finished', 1, 'finished']);
    const lines = await Array.fromAsync(osler.jobs.result(job.id));
    assert.deepEqual(
      lines.map(({ file, outcome }) => [file, outcome]),
      [
        ['a.png', 'ok'],
        ['b.png', 'IMAGE_TYPE'],
      ],
    );
    assert.match(await osler.jobs.csv(job.id), /^file,/);
    assert.deepEqual(
      (await Array.fromAsync(osler.jobs.list())).map(({ id }) => id),
      [job.id],
    );
    await osler.jobs.delete(job.id);
    await refuses(osler.jobs.get(job.id), 'NOT_FOUND', 404);
  });
});

describe('against a server that is busy, silent or gone', () => {
  let server: Server | undefined;
  let url: string;
  type Answer = (respond: (status: number, body: string, headers?: Record<string, string>) => void) => void;
  let asked: { authorization: string | undefined; at: number }[] = [];
  const end = (): void => {
    server?.closeAllConnections();
    server?.close();
  };
  after(end);
  /** By a server of its own: a request that comes late, when nobody waits for it any more, takes no answer of the next. */
  const script = async (...next: Answer[]): Promise<void> => {
    end();
    asked = [];
    server = createServer((request, response) => {
      asked.push({ authorization: request.headers.authorization, at: performance.now() });
      request.resume();
      next.shift()?.((status, body, headers = {}) => response.writeHead(status, headers).end(body));
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const busy = JSON.stringify({ error: { code: 'QUEUE_FULL', message: 'Full.', hint: 'Later.' } });
  const good = JSON.stringify({ name: 'derma' });

  test('comes back when it is told to, and no sooner', async () => {
    await script(
      (respond) => respond(429, busy, { 'retry-after': '0.2' }),
      (respond) => respond(503, busy, { 'retry-after': new Date(Date.now() + 100).toUTCString() }),
      (respond) => respond(200, good),
    );
    const found = await new Osler({ url, key: 'osler_abc' }).deployments.promote('derma');
    assert.equal(found.name, 'derma');
    assert.equal(asked.length, 3);
    assert.ok(asked[1]!.at - asked[0]!.at >= 195);
    assert.equal(asked[2]!.authorization, 'Bearer osler_abc');
  });

  test('gives up after its tries, with the server’s own words', async () => {
    await script(
      ...Array.from(
        { length: 3 },
        () => (respond: Parameters<Answer>[0]) => respond(429, busy, { 'retry-after': '0' }),
      ),
    );
    await assert.rejects(new Osler({ url, retries: 2 }).deployments.list(), (error: OslerError) => {
      assert.deepEqual([error.code, error.message, error.hint, error.status], ['QUEUE_FULL', 'Full.', 'Later.', 429]);
      return true;
    });
    assert.equal(asked.length, 3);
  });

  test('asks no second time for what may have happened already', async () => {
    await script(() => server!.closeAllConnections());
    await refuses(new Osler({ url, retries: 3 }).deployments.promote('derma'), 'NETWORK', 0);
    assert.equal(asked.length, 1);
    await script(
      () => server!.closeAllConnections(),
      (respond) => respond(200, '[]'),
    );
    assert.deepEqual(await new Osler({ url, retries: 3 }).deployments.list(), []);
    assert.equal(asked.length, 2);
    // A store may fail after it did what was asked.
    const failed = JSON.stringify({ error: { code: 'STORE_FAILED', message: 'No answer.', hint: 'Later.' } });
    const fails = (respond: Parameters<Answer>[0]) => respond(503, failed, { 'retry-after': '0' });
    await script(fails);
    await refuses(new Osler({ url, retries: 3 }).deployments.promote('derma'), 'STORE_FAILED', 503);
    assert.equal(asked.length, 1);
    await script(fails, (respond) => respond(200, '[]'));
    assert.deepEqual(await new Osler({ url, retries: 3 }).deployments.list(), []);
  });

  test('waits no longer than it may, and stops when it is told to', async () => {
    await script(() => undefined);
    await refuses(new Osler({ url, timeoutMs: 50, retries: 0 }).deployments.list(), 'TIMEOUT', 0);
    await script((respond) => respond(503, busy, { 'retry-after': '60' }));
    const stop = new AbortController();
    const waiting = assert.rejects(new Osler({ url }).deployments.list({ signal: stop.signal }), /enough/);
    await until('it is asked', () => asked.length === 1);
    stop.abort(new Error('enough'));
    await waiting;
  });

  test('does not begin what was given up already; what is wrong on this side is said at once', async () => {
    const given = new AbortController();
    given.abort(new Error('no more'));
    const osler = new Osler({ url: 'http://127.0.0.1:9' });
    await assert.rejects(osler.predict(Buffer.from('x'), { signal: given.signal }), /no more/);
    // Node's fetch would throw where nobody can catch it.
    await new Promise((resolve) => setTimeout(resolve, 50));
    let asked = 0;
    const vault = () => {
      asked += 1;
      throw new Error('the vault is sealed');
    };
    await assert.rejects(
      new Osler({ url: 'http://127.0.0.1:9', key: vault }).models.get('skin'),
      /the vault is sealed/,
    );
    assert.equal(asked, 1);
    for (const url of ['nonsense', 'ftp://127.0.0.1', '127.0.0.1:5000'])
      assert.throws(() => new Osler({ url }), /is no address of a server, as in http:/, url);
  });

  test('tells what is no answer of Osler’s', async () => {
    await script((respond) => respond(502, '<html>bad gateway</html>'));
    await refuses(new Osler({ url }).deployments.list(), 'HTTP_502', 502);
    assert.throws(() => new Osler(), /Name the server/);
  });
});
