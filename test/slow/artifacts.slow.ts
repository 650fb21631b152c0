/** Artifacts against real servers of S3's and Google's protocols, a full disk, a kill, and a gigabyte in bounded memory. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { OslerError } from '../../src/errors.ts';
import { pushInBackground } from '../../src/store/artifacts/background.ts';
import { artifactsDir, runDir } from '../../src/store/paths.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { exampleRun } from '../../src/store/testing.ts';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../src/store/testing-postgres.ts';
import { type ObjectServer, startObjectServer, startWire } from '../conformance/artifacts/servers.ts';
import { until } from '../until.ts';

const MiB = 2 ** 20;
const cli = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const homes: string[] = [];
async function freshHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'osler-artifacts-'));
  homes.push(home);
  return home;
}
before(() => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});
after(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

/** So many MiB, no two alike. */
async function* pieces(mebibytes: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < mebibytes; i++) {
    const piece = Buffer.alloc(MiB, i % 251);
    piece.writeUInt32LE(i);
    yield piece;
  }
}
async function drain(body: AsyncIterable<Buffer>): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of body) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
const local = async (home: string): Promise<string[]> =>
  (await readdir(artifactsDir(home), { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
const newRun = async (store: Store): Promise<string> =>
  (await store.runs.create(exampleRun({ status: 'finished' }))).id;

for (const kind of ['s3', 'gs'] as const) {
  describe(kind === 's3' ? 'artifacts on S3 (moto)' : 'artifacts on Google Cloud Storage (emulator)', () => {
    let server: ObjectServer;
    before(async () => {
      server = await startObjectServer(kind);
    });
    after(() => server.stop());
    const address = (endpoint: string) => `${kind}://osler/some prefix?endpoint=${endpoint}`;

    it('keeps, deduplicates, reads, checks and frees; nothing stays on the disk', async () => {
      await using store = await openStore(await freshHome(), undefined, address(server.endpoint));
      const id = await newRun(store);
      for (const path of ['a/one', 'two'])
        await store.artifacts.write(id, { path, kind: 'file' }, Readable.from([Buffer.from('same')]));
      await store.artifacts.write(id, { path: 'empty', kind: 'file' }, Readable.from([]));
      const large = await store.artifacts.write(id, { path: 'large', kind: 'file' }, pieces(40));
      assert.deepEqual(await local(store.home), []);
      assert.equal(await text((await store.artifacts.read(id, 'two')).body), 'same');
      assert.equal(await text((await store.artifacts.read(id, 'empty')).body), '');
      assert.deepEqual(await drain((await store.artifacts.read(id, 'large')).body), {
        bytes: 40 * MiB,
        sha256: large.sha256,
      });
      for await (const problem of store.artifacts.check({ content: true })) assert.fail(problem);
      // Whoever opens the store without the address reads from where it lies all the same.
      await using other = await openStore(store.home);
      assert.equal(await text((await other.artifacts.read(id, 'a/one')).body), 'same');
      await store.runs.delete(id);
      const freed = { files: 3, bytes: 40 * MiB + 4, left: 0, problem: null };
      assert.deepEqual(await store.artifacts.free({ dryRun: true }), freed);
      await store.runs.purge(id);
      assert.deepEqual(await store.artifacts.free({ dryRun: false }), freed);
      assert.deepEqual(await store.artifacts.free({ dryRun: false }), { ...freed, files: 0, bytes: 0 });
    });

    it('goes on with an upload where the wire broke, also after a kill', async () => {
      const wire = await startWire(server.port);
      const home = await freshHome();
      await using store = await openStore(home, undefined, address(wire.endpoint));
      const id = await newRun(store);
      await writeFile(join(runDir(home, id), 'model.safetensors'), pieces(48));
      const { sha256 } = await store.artifacts.add(id, { path: 'model.safetensors', kind: 'checkpoint' });
      assert.equal(await store.artifacts.waiting(), 1);
      wire.allow(34 * MiB);
      await assert.rejects(
        store.artifacts.push(),
        (error) => error instanceof OslerError && error.code === 'STORE_FAILED',
      );
      assert.deepEqual(
        [await store.artifacts.waiting(), await local(home).then((names) => names.includes(sha256))],
        [1, true],
      );
      // Another process goes on, and is killed on its way.
      wire.allow(Number.POSITIVE_INFINITY);
      const child = spawn(process.execPath, [cli, 'store', 'push'], {
        env: { ...process.env, OSLER_HOME: home, OSLER_ARTIFACTS: address(wire.endpoint) },
        stdio: 'ignore',
      });
      const before = wire.sent;
      while (wire.sent === before && child.exitCode === null) await sleep(2);
      child.kill('SIGKILL');
      await once(child, 'exit');
      wire.sent = 0;
      const pushed = await store.artifacts.push();
      assert.equal(await store.artifacts.waiting(), 0);
      assert.ok(wire.sent < 40 * MiB, `${wire.sent} bytes were sent to finish 48 MiB`);
      assert.ok(pushed.contents <= 1);
      assert.ok(!(await local(home)).includes(sha256));
      assert.equal((await drain((await store.artifacts.read(id, 'model.safetensors')).body)).sha256, sha256);
      wire.close();
    });

    it('never delays what goes on meanwhile, and says what could not be sent', async () => {
      const home = await freshHome();
      await using store = await openStore(home, undefined, address('http://127.0.0.1:9'));
      const id = await newRun(store);
      await writeFile(join(runDir(home, id), 'curves.svg'), '<svg/>');
      const warnings: string[] = [];
      const end = pushInBackground(store.artifacts, {
        signal: new AbortController().signal,
        onWarning: (warning) => warnings.push(warning),
        everyMs: 5,
      });
      const started = performance.now();
      await store.artifacts.add(id, { path: 'curves.svg', kind: 'plot' });
      await store.metrics.append(id, [{ key: 'loss', step: 1, epoch: 0, value: 1, time: 1 }]);
      assert.ok(performance.now() - started < 20_000);
      await end();
      assert.match(warnings[0]!, /^1 artifacts are on this disk only \(.*osler store push/);
      await using later = await openStore(home, undefined, address(server.endpoint));
      assert.equal((await later.artifacts.push()).contents, 1);
      assert.equal(await text((await later.artifacts.read(id, 'curves.svg')).body), '<svg/>');
    });
  });
}

describe('artifacts and their server', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  async function serve(home: string): Promise<{ child: ChildProcess; url: string }> {
    const child = spawn(process.execPath, [cli, 'server', '--port', '0', '--json'], {
      env: { ...process.env, OSLER_HOME: home },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(child);
    let out = '';
    for await (const piece of child.stdout!) {
      out += piece;
      if (out.trimEnd().endsWith('}')) break;
    }
    return { child, url: (JSON.parse(out) as { url: string }).url };
  }
  const put = (url: string, body: AsyncIterable<Buffer>, init: RequestInit = {}) =>
    fetch(url, {
      method: 'PUT',
      body: Readable.toWeb(Readable.from(body)) as never,
      duplex: 'half',
      ...init,
    } as RequestInit);

  it('takes and gives a gigabyte in bounded memory', async () => {
    const home = await freshHome();
    const { child, url } = await serve(home);
    await using store = await openStore(home);
    const id = await newRun(store);
    const file = `${url}/api/2.0/mlflow-artifacts/artifacts/0/${id}/artifacts/volume.bin`;
    assert.equal((await put(file, pieces(1_024))).status, 200);
    const { bytes, sha256 } = await store.artifacts.get(id, 'volume.bin');
    assert.equal(bytes, 1_024 * MiB);
    const answer = await fetch(`${url}/v1/runs/${id}/artifacts/content?path=volume.bin`);
    assert.deepEqual(await drain(answer.body as never), { bytes, sha256 });
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => undefined);
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status ?? '')?.[1] ?? 0) / 1024;
    assert.ok(peak < 400, `${Math.round(peak)} MiB`);
  });

  it('shows nothing of an upload whose client or server was killed, and frees what it left', async () => {
    const home = await freshHome();
    const { child, url } = await serve(home);
    await using store = await openStore(home);
    const id = await newRun(store);
    const file = (name: string) => `${url}/api/2.0/mlflow-artifacts/artifacts/0/${id}/artifacts/${name}`;
    const gone = new AbortController();
    const broken = put(file('client.bin'), slow(200), { signal: gone.signal });
    await sleep(300);
    gone.abort();
    await assert.rejects(broken);
    await until('nothing is left', async () => (await local(home)).length === 0);
    assert.equal((await put(file('whole.bin'), pieces(1))).status, 200);
    const killed = put(file('server.bin'), slow(200));
    await until('some of it', async () => (await readdir(join(artifactsDir(home), '.incoming'))).length > 0);
    child.kill('SIGKILL');
    await assert.rejects(killed);
    assert.deepEqual(
      (await store.artifacts.list(id)).map(({ path }) => path),
      ['whole.bin'],
    );
    assert.equal((await drain((await store.artifacts.read(id, 'whole.bin')).body)).bytes, MiB);
    const [left] = await readdir(join(artifactsDir(home), '.incoming'));
    assert.equal((await store.artifacts.free({ dryRun: false })).files, 0);
    const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(join(artifactsDir(home), '.incoming', left!), old, old);
    assert.equal((await store.artifacts.free({ dryRun: false })).files, 1);
    assert.deepEqual(await readdir(join(artifactsDir(home), '.incoming')), []);
  });

  async function* slow(count: number): AsyncGenerator<Buffer> {
    for await (const piece of pieces(count)) {
      yield piece;
      await sleep(20);
    }
  }
});

describe('artifacts of several processes', () => {
  const programs = postgresPrograms();
  let postgres: PostgresServer | undefined;
  before(async () => {
    postgres = programs === undefined ? undefined : await startPostgres(programs);
  });
  after(() => postgres?.stop());
  const module = new URL('../../src/store/store.ts', import.meta.url).href;
  const inProcess = (home: string, url: string | undefined, body: string): ChildProcess =>
    spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { openStore } = await import(${JSON.stringify(module)});
         const store = await openStore(${JSON.stringify(home)}, ${JSON.stringify(url)});
         ${body}
         await store.close();`,
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );

  for (const engine of ['SQLite', 'PostgreSQL'] as const) {
    it(`are whole after writers, a collector of garbage and a kill at once, on ${engine}`, async (t) => {
      if (engine === 'PostgreSQL' && postgres === undefined) return t.skip("Debian's postgresql is not installed");
      const home = await freshHome();
      const url = engine === 'PostgreSQL' ? await postgres!.database() : undefined;
      await using store = await openStore(home, url);
      const id = await newRun(store);
      const writer = (n: number) => `
        const piece = async function* (i) { for (let k = 0; k < 4; k++) yield Buffer.alloc(300_000, i % 5); };
        for (let i = 0; i < 40; i++) {
          const path = '${n}/' + i;
          await store.artifacts.write('${id}', { path, kind: 'file' }, piece(i));
          if (i % 2) await store.artifacts.remove('${id}', path);
        }`;
      const writers = [1, 2, 3].map((n) => inProcess(home, url, writer(n)));
      const collector = inProcess(
        home,
        url,
        'for (let i = 0; i < 60; i++) await store.artifacts.free({ dryRun: false });',
      );
      await until('some artifacts', async () => (await store.artifacts.list(id)).length >= 12);
      writers[0]!.kill('SIGKILL');
      for (const child of [...writers, collector])
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      assert.deepEqual(
        [...writers.slice(1), collector].map((child) => child.exitCode),
        [0, 0, 0],
      );
      for await (const problem of store.artifacts.check({ content: true })) assert.fail(problem);
      const left = await store.artifacts.list(id);
      assert.equal(left.filter(({ path }) => !path.startsWith('1/')).length, 40);
      assert.ok((await local(home)).length <= 6);
    });
  }
});

const mounts = (): boolean => {
  try {
    execFileSync('unshare', ['--user', '--map-root-user', '--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe('a full disk', { skip: !mounts() && 'no file system can be mounted here' }, () => {
  it('refuses an artifact in a sentence, keeps nothing of it, and takes the next', async () => {
    const home = await freshHome();
    await mkdir(home, { recursive: true });
    const module = new URL('../../src/store/store.ts', import.meta.url).href;
    const script = `
      const { openStore } = await import(${JSON.stringify(module)});
      const { readdir } = await import('node:fs/promises');
      await using store = await openStore(${JSON.stringify(home)});
      const { id } = await store.runs.create(${JSON.stringify(exampleRun({ status: 'finished' }))});
      const pieces = async function* (n) { for (let i = 0; i < n; i++) yield Buffer.alloc(1024 * 1024, i); };
      const out = {};
      out.error = await store.artifacts.write(id, { path: 'large', kind: 'file' }, pieces(64)).then(() => null, (e) => ({ code: e.code, message: e.message }));
      out.left = await readdir(${JSON.stringify(join(artifactsDir(home), '.incoming'))});
      out.small = (await store.artifacts.write(id, { path: 'small', kind: 'file' }, pieces(1))).bytes;
      out.paths = (await store.artifacts.list(id)).map((a) => a.path);
      out.problems = await Array.fromAsync(store.artifacts.check({ content: true }));
      console.log(JSON.stringify(out));`;
    const command = 'mount -t tmpfs -o size=16m none "$0" && exec "$1" --input-type=module -e "$2"';
    const out = execFileSync(
      'unshare',
      ['--user', '--map-root-user', '--mount', 'sh', '-c', command, home, process.execPath, script],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    );
    assert.deepEqual(JSON.parse(out), {
      error: { code: 'STORE_FAILED', message: 'The artifact was not kept: the disk of OSLER_HOME is full.' },
      left: [],
      small: MiB,
      paths: ['small'],
      problems: [],
    });
  });
});
