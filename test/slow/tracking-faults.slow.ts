/** What must hold when something breaks while experiments are written: servers and clients killed, databases restarted, large files. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../bench/tracking/load.ts';
import { openStore } from '../../src/store/store.ts';
import { postgresPrograms, startPostgres } from '../../src/store/testing-postgres.ts';
import { type RunningServer, startOsler } from '../conformance/mlflow/servers.ts';
import { Served } from '../served.ts';

const API = '/api/2.0/mlflow';
const SIZE = 500;
const folder = mkdtempSync(join(tmpdir(), 'osler-faults-'));

interface Created {
  run: { info: { run_id: string; artifact_uri: string } };
}

/** Ended with the suite, whatever failed. */
async function osler(home: string, env: Record<string, string> = {}): Promise<RunningServer> {
  const server = await startOsler(home, env);
  servers.push(server);
  return server;
}
const servers: { stop(): Promise<unknown> }[] = [];
after(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

const programs = postgresPrograms();

function mounts(): boolean {
  try {
    execFileSync('unshare', ['--user', '--map-root-user', '--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const createRun = (client: Client) => client.json<Created>(`${API}/runs/create`, { experiment_id: '0', start_time: 1 });

/** Batch `n` of a run: steps n*SIZE to (n+1)*SIZE of one metric. */
function batch(run: string, n: number): string {
  const metrics = Array.from({ length: SIZE }, (_, i) => ({ key: 'loss', value: i, timestamp: 1, step: n * SIZE + i }));
  return JSON.stringify({ run_id: run, metrics });
}

/** Each client writes batches of a run of its own until the server fails it; returns how many of each were acknowledged. */
async function writeUntilItBreaks(server: RunningServer, clients: number): Promise<Map<string, number>> {
  const acknowledged = new Map<string, number>();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const client = new Client(server.url);
      const run = (await createRun(client)).run.info.run_id;
      acknowledged.set(run, 0);
      try {
        for (let n = 0; ; n++) {
          await client.post(`${API}/runs/log-batch`, batch(run, n));
          acknowledged.set(run, n + 1);
        }
      } catch {
        // The server is gone.
      } finally {
        client.close();
      }
    }),
  );
  return acknowledged;
}

/** Every acknowledged batch is there, and none in part. */
async function checkBatches(home: string, url: string | undefined, acknowledged: Map<string, number>): Promise<void> {
  await using store = await openStore(home, url);
  for (const [run, batches] of acknowledged) {
    const rows = await store.logs.history(run, 'loss');
    assert.equal(rows.length % SIZE, 0, 'a batch is there in part');
    assert.ok(rows.length >= batches * SIZE, `${rows.length} rows, ${batches} batches acknowledged`);
    assert.deepEqual(
      rows.map(({ step }) => step),
      Array.from(rows.keys()),
    );
    assert.equal((await store.logs.latest(run))[0]?.step ?? -1, rows.length - 1);
  }
  const problems: string[] = [];
  for await (const problem of store.check()) problems.push(problem);
  assert.deepEqual(problems, []);
}

describe('osler server', () => {
  for (const engine of ['SQLite', 'PostgreSQL']) {
    it(`loses nothing that it acknowledged when it is killed in the middle of writes to ${engine}`, async (t) => {
      const postgres = engine === 'SQLite' || programs === undefined ? undefined : await startPostgres(programs);
      if (engine === 'PostgreSQL' && postgres === undefined) return t.skip("Debian's postgresql is not installed");
      try {
        const home = join(folder, `killed ${engine}`);
        const url = await postgres?.database();
        const env: Record<string, string> = url === undefined ? {} : { OSLER_DATABASE_URL: url };
        const server = await osler(home, env);
        const writing = writeUntilItBreaks(server, 4);
        await sleep(1_500);
        server.process.kill('SIGKILL');
        const acknowledged = await writing;
        assert.ok([...acknowledged.values()].some((batches) => batches > 0));
        await checkBatches(home, url, acknowledged);
        const again = await osler(home, env);
        const client = new Client(again.url);
        await client.post(`${API}/runs/log-batch`, batch([...acknowledged.keys()][0]!, 10_000));
        client.close();
        await again.stop();
      } finally {
        postgres?.stop();
      }
    });
  }

  it('says so when its disk is full, keeps what it acknowledged and nothing of the rest, and goes on when there is room', {
    skip: !mounts() && 'no file system can be mounted here',
  }, async () => {
    const home = join(folder, 'full');
    mkdirSync(home);
    const disk = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'];
    const before = [...disk, 'mount -t tmpfs -o size=32m none "$0" && exec "$@"', home];
    const server = await new Served({ home, args: ['server'], before }).ready();
    servers.push({ stop: () => server.end() });
    // As it alone sees it.
    const seen = join('/proc', String(server.child.pid), 'root', home);
    writeFileSync(join(seen, 'filler'), Buffer.alloc(16 * 2 ** 20));
    const client = new Client(server.url);
    const runs = await Promise.all([1, 2].map(async () => (await createRun(client)).run.info.run_id));
    const acknowledged = new Map(runs.map((run) => [run, 0]));
    /** What the first batch that is refused is told; no more than so many of each run. */
    const write = async (most: number): Promise<string> => {
      for (let n = 0; n < most; n++) {
        for (const run of runs) {
          const next = acknowledged.get(run)!;
          try {
            await client.post(`${API}/runs/log-batch`, batch(run, next));
            acknowledged.set(run, next + 1);
          } catch (error) {
            return (error as Error).message;
          }
        }
      }
      return '';
    };
    const full = /503 .*TEMPORARILY_UNAVAILABLE.*The disk of OSLER_HOME is full\./;
    assert.match(await write(2_000), full);
    assert.match(await write(1), full);
    const there = await client.get(`${API}/metrics/get-history?run_id=${runs[0]}&metric_key=loss&max_results=10`);
    assert.equal((JSON.parse(there.toString()) as { metrics: unknown[] }).metrics.length, 10);
    rmSync(join(seen, 'filler'));
    assert.equal(await write(5), '');
    client.close();
    const copy = join(folder, 'full-copy');
    cpSync(seen, copy, { recursive: true });
    await checkBatches(copy, undefined, acknowledged);
    assert.equal(await server.end(), 0, server.said);
  });

  it('shows nothing of a batch or an artifact whose client is killed while it sends', async () => {
    const home = join(folder, 'client');
    const server = await osler(home);
    const client = new Client(server.url);
    const { run_id: run, artifact_uri } = (await createRun(client)).run.info;
    const body = batch(run, 0);
    const half = async (method: string, path: string, length: number, bytes: string): Promise<void> => {
      const { hostname, port } = new URL(server.url);
      const head = `${method} ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
      const script = `const socket = require('node:net').connect(${port}, '${hostname}');
        socket.write(require('node:fs').readFileSync(0), () => console.log('sent'));`;
      const sender = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
      sender.stdin.end(head + bytes);
      await once(sender.stdout, 'data');
      sender.kill('SIGKILL');
      await once(sender, 'exit');
    };
    await half('POST', `${API}/runs/log-batch`, body.length, body.slice(0, body.length / 2));
    const path = `/api/2.0/mlflow-artifacts/artifacts/${artifact_uri.replace('mlflow-artifacts:/', '')}/half.bin`;
    await half('PUT', path, 1_000_000, 'x'.repeat(400_000));
    await sleep(300);
    await client.post(`${API}/runs/log-metric`, JSON.stringify({ run_id: run, key: 'alive', value: 1, timestamp: 1 }));
    client.close();
    await server.stop();
    await using store = await openStore(home);
    assert.deepEqual(
      (await store.logs.latest(run)).map(({ key }) => key),
      ['alive'],
    );
    assert.deepEqual(await store.artifacts.list(run), []);
  });

  it('goes on after PostgreSQL was restarted in the middle of batches', async (t) => {
    if (programs === undefined) return t.skip("Debian's postgresql is not installed");
    const postgres = await startPostgres(programs);
    try {
      const home = join(folder, 'postgresql');
      const url = await postgres.database();
      const server = await osler(home, { OSLER_DATABASE_URL: url });
      const acknowledged = new Map<string, number>();
      let stop = false;
      const writing = Promise.all(
        Array.from({ length: 3 }, async () => {
          const client = new Client(server.url);
          const run = (await createRun(client)).run.info.run_id;
          for (let n = 0; !stop; n++) {
            await client.post(`${API}/runs/log-batch`, batch(run, n));
            acknowledged.set(run, n + 1);
          }
          client.close();
        }),
      );
      // Waited for at the end; until then a failure is nobody's.
      writing.catch(() => undefined);
      await sleep(1_000);
      const before = [...acknowledged.values()].reduce((sum, n) => sum + n, 0);
      postgres.restart();
      await sleep(2_500);
      stop = true;
      // No client saw an error.
      await writing;
      assert.ok([...acknowledged.values()].reduce((sum, n) => sum + n, 0) > before);
      await server.stop();
      await checkBatches(home, url, acknowledged);
    } finally {
      postgres.stop();
    }
  });

  it('takes a gigabyte in one piece and in parts, in bounded memory, and gives the same bytes back', async () => {
    const home = join(folder, 'large');
    const server = await osler(home);
    const client = new Client(server.url);
    const { artifact_uri } = (await createRun(client)).run.info;
    const root = artifact_uri.replace('mlflow-artifacts:/', '').replace(/^\//, '');
    const proxy = '/api/2.0/mlflow-artifacts';
    const piece = Buffer.alloc(2 ** 20, 'osler');
    const pieces = 1_024;
    const bytes = (count: number) =>
      Readable.from(
        (function* () {
          for (let i = 0; i < count; i++) yield piece;
        })(),
      );
    await put(`${server.url}${proxy}/artifacts/${root}/whole.bin`, bytes(pieces), pieces * piece.length);
    const { upload_id, credentials } = await client.json<{
      upload_id: string;
      credentials: { url: string; part_number: number }[];
    }>(`${proxy}/mpu/create/${root}`, { path: '/home/ada/parts.bin', num_parts: 4 });
    const parts: object[] = [];
    for (const { url, part_number } of credentials) {
      const etag = await put(url, bytes(64), 64 * piece.length);
      parts.push({ part_number, etag, url });
    }
    await client.post(
      `${proxy}/mpu/complete/${root}`,
      JSON.stringify({ path: '/home/ada/parts.bin', upload_id, parts }),
    );
    let read = 0;
    const answer = await fetch(`${server.url}${proxy}/artifacts/${root}/whole.bin`);
    for await (const chunk of answer.body!) read += chunk.length;
    assert.equal(read, pieces * piece.length);
    client.close();
    const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, 'utf8'))![1]) / 1_024;
    await server.stop();
    assert.ok(peak < 600, `${Math.round(peak)} MB of memory`);
    await using store = await openStore(home);
    const list = await store.artifacts.list(root.split('/')[1]!);
    assert.deepEqual(
      list.map(({ path, bytes }) => [path, bytes]),
      [
        ['parts.bin', 256 * piece.length],
        ['whole.bin', pieces * piece.length],
      ],
    );
  });
});

/** Returns the etag, where there is one. */
async function put(url: string, body: Readable, length: number): Promise<string | undefined> {
  const call = request(url, {
    method: 'PUT',
    headers: { 'content-length': length, 'content-type': 'application/octet-stream' },
  });
  body.pipe(call);
  const [answer] = (await once(call, 'response')) as [import('node:http').IncomingMessage];
  answer.resume();
  assert.equal(answer.statusCode, 200);
  return answer.headers.etag;
}
