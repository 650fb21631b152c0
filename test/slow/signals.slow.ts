/** A server that is told to end, in every state that it can be in: it answers what it began, and goes. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { changeDeployment, createDeployment } from '../../src/pipeline/deployments/manage.ts';
import { registerBundle } from '../../src/registry/register.ts';
import { person } from '../../src/registry/testing.ts';
import type { V1Answer } from '../../src/server/routes/deployments/contract.ts';
import { numberedBundle } from '../../src/serving/deployments/testing.ts';
import { picture } from '../../src/serving/testing.ts';
import { databasePath } from '../../src/store/paths.ts';
import { openStore } from '../../src/store/store.ts';
import { Served } from '../served.ts';
import { until } from '../until.ts';

const by = { actor: person('ada'), why: 'test' };
const DERMA = ['serve', '--deployment', 'derma'];

describe('a signal', () => {
  let home: string;
  let image: Buffer;
  const all: Served[] = [];
  const serve = (...args: string[]): Served => {
    const served = new Served({ home, args });
    all.push(served);
    return served;
  };

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'osler-signals-'));
    image = await picture(1);
    await using store = await openStore(home);
    for (const number of [1, 2]) {
      await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(home, number) });
    }
    await createDeployment(store, 'derma', { live: [{ model: 'skin@1', weight: 1 }], override: 'a test' }, by);
  });
  after(async () => {
    for (const { child } of all) child.kill('SIGKILL');
    await rm(home, { recursive: true, force: true });
  });

  it('while it starts, at any moment: it ends, and says by its exit code that it never served', async () => {
    const codes = new Set<number | string>();
    for (const wait of [0, 100, 200, 300, 400, 500, 600, 800, 1_000]) {
      const served = serve(...DERMA);
      await sleep(wait);
      const started = performance.now();
      codes.add(await served.end());
      assert.ok(performance.now() - started < 30_000, `${wait} ms after its start it took too long`);
    }
    // Before its first line it is a plain program that a signal ends.
    for (const code of codes) assert.ok(['SIGTERM', 130, 0].includes(code), String(code));
  });

  it('under load: every request that it took is answered, and every answer is in the log', async () => {
    const served = await serve(...DERMA, '--log-level', 'info').ready();
    const ids: string[] = [];
    const failures: string[] = [];
    let ending = false;
    const load = Array.from({ length: 8 }, async () => {
      while (!ending) {
        try {
          const { status, body } = await served.post<V1Answer>('/v1/predict', image);
          if (status === 200) ids.push(body.requestId);
          else failures.push(`${status} ${JSON.stringify(body)}`);
        } catch {
          // No connection any more: whether the request was taken says the server's log.
        }
      }
    });
    await until('fifty answers', () => ids.length >= 50);
    const code = served.end();
    await sleep(300);
    ending = true;
    await Promise.all(load);
    assert.equal(await code, 0, served.said);
    assert.deepEqual(failures, []);
    assert.equal(served.said.match(/"route":"\/v1\/predict"/g)?.length, ids.length);
    await using store = await openStore(home);
    const found = await Promise.all(ids.map((id) => store.predictions.get(id)));
    assert.equal(found.filter((entries) => entries.length === 1).length, ids.length);
  });

  it('while revisions take each other’s place', async () => {
    await using store = await openStore(home);
    for (let round = 0; round < 3; round++) {
      const served = await serve(...DERMA).ready();
      let stop = false;
      const changes = (async () => {
        for (let i = 0; !stop; i++) {
          await changeDeployment(store, 'derma', { live: [{ model: `skin@${1 + (i % 2)}`, weight: 1 }] }, by);
          await sleep(100);
        }
      })();
      const answers = Array.from({ length: 20 }, () => served.post<V1Answer>('/v1/predict', image));
      for (const { status } of await Promise.all(answers)) assert.equal(status, 200);
      await sleep(400 + 150 * round);
      const started = performance.now();
      assert.equal(await served.end(), 0, served.said);
      assert.ok(performance.now() - started < 40_000);
      stop = true;
      await changes;
    }
  });

  it('with a drain: it says that it is not ready, answers on for so long, and goes; another signal ends it at once', async () => {
    const served = await serve(...DERMA, '--drain', '5').ready();
    assert.equal((await served.isReady()).status, 'ready');
    const started = performance.now();
    served.child.kill('SIGTERM');
    await until('it is said', async () => (await served.get('/health/ready')).status === 503);
    assert.equal((await served.isReady()).status, 'closing');
    assert.equal((await served.post('/v1/predict', image)).status, 200);
    assert.equal(await served.ended(), 0, served.said);
    assert.ok(performance.now() - started >= 5_000);

    const impatient = await serve(...DERMA, '--drain', '60').ready();
    impatient.child.kill('SIGTERM');
    await sleep(200);
    impatient.child.kill('SIGTERM');
    assert.equal(await impatient.ended(), 130);
  });

  it('while it works on a job: what is done of it is kept, and the next server ends it', async () => {
    const served = await serve(...DERMA).ready();
    const form = new FormData();
    for (let i = 0; i < 200; i++) form.append('file', new Blob([image as Uint8Array<ArrayBuffer>]), `${i}.png`);
    const made = await fetch(`${served.url}/v1/jobs`, { method: 'POST', body: form });
    assert.equal(made.status, 202, await made.clone().text());
    const { id } = (await made.json()) as { id: string };
    const job = async (of: Served) =>
      (await of.get<{ state: string; done: number; failed: number }>(`/v1/jobs/${id}`)).body;
    await until('it is begun', async () => (await job(served)).done > 0);
    const started = performance.now();
    assert.equal(await served.end(), 0, served.said);
    assert.ok(performance.now() - started < 40_000);
    const next = await serve(...DERMA).ready();
    await until('it is finished', async () => (await job(next)).state === 'finished');
    const { done, failed } = await job(next);
    assert.deepEqual([done, failed], [200, 0]);
    assert.equal(await next.end(), 0, next.said);
  });

  it('while its database is away: it ends soon, and what was answered lies beside it for the next', async () => {
    const served = await serve(...DERMA).ready();
    const ids: string[] = [];
    const file = databasePath(home);
    const parts = [file, `${file}-wal`, `${file}-shm`];
    for (const part of parts) await rename(part, `${part}.away`).catch(() => undefined);
    for (let i = 0; i < 5; i++) ids.push((await served.post<V1Answer>('/v1/predict', image)).body.requestId);
    const started = performance.now();
    assert.equal(await served.end(), 0, served.said);
    assert.ok(performance.now() - started < 40_000);
    for (const part of parts) await rename(`${part}.away`, part).catch(() => undefined);
    const next = await serve(...DERMA).ready();
    for (const id of ids)
      await until('it is in the log', async () => (await next.get(`/v1/predictions/${id}`)).status === 200);
    assert.equal(await next.end(), 0, next.said);
  });

  it('with a client that stalls in the middle of its request', async () => {
    const served = await serve(...DERMA).ready();
    const { port } = new URL(served.url);
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    socket.write('POST /v1/predict HTTP/1.1\r\nhost: x\r\ncontent-type: image/png\r\ncontent-length: 1000\r\n\r\nhalf');
    await sleep(200);
    const started = performance.now();
    assert.equal(await served.end(), 0, served.said);
    assert.ok(performance.now() - started < 40_000);
    socket.destroy();
  });

  it('the house as a whole, with a stream of events open', async () => {
    const served = await serve('server').ready();
    const controller = new AbortController();
    const events = await fetch(`${served.url}/v1/events`, { signal: controller.signal }).catch(() => null);
    const reading = events?.body
      ?.getReader()
      .read()
      .catch(() => undefined);
    await sleep(300);
    const started = performance.now();
    assert.equal(await served.end(), 0, served.said);
    assert.ok(performance.now() - started < 40_000);
    controller.abort();
    await reading;
  });
});
