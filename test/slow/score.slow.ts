/** osler score, killed in the middle, on both engines: what was done stays done, and the end is the same as without a kill. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { zipSync } from 'fflate';
import { approve } from '../../src/registry/decide.ts';
import { policyOf } from '../../src/registry/policy.ts';
import { registerBundle } from '../../src/registry/register.ts';
import { person } from '../../src/registry/testing.ts';
import { numberedBundle } from '../../src/serving/deployments/testing.ts';
import { picture } from '../../src/serving/testing.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../src/store/testing-postgres.ts';
import { type Finished, finished, osler, oslerJson, start } from '../command.ts';
import { until } from '../until.ts';

/** Enough that a kill comes in the middle. */
const IMAGES = 3_000;
/** To a server. */
const SENT = 1_500;
const programs = postgresPrograms();

interface Document {
  id: string;
  state: string;
  total: number;
  done: number;
  failed: number;
  resumed: boolean;
}

let scans: string;
before(async () => {
  scans = await mkdtemp(join(tmpdir(), 'osler-scans-'));
  await mkdir(join(scans, 'ward 3'));
  const pictures = await Promise.all(Array.from({ length: 20 }, (_, seed) => picture(seed, 120, 90, 'jpeg')));
  await Promise.all(pictures.map((bytes, i) => writeFile(join(scans, `${i}.jpg`), bytes)));
  for (let i = 20; i < IMAGES; i++) await copyFile(join(scans, `${i % 20}.jpg`), join(scans, 'ward 3', `${i}.jpg`));
  await writeFile(join(scans, 'ward 3', 'broken.jpg'), 'no image');
  await writeFile(join(scans, 'ward 3', 'notes.txt'), 'no image either');
});
after(() => rm(scans, { recursive: true, force: true }));

interface Place {
  home: string;
  env: Record<string, string>;
  /** To look into. */
  store: Store;
}

async function homeWith(databaseUrl?: string): Promise<Place> {
  const home = await mkdtemp(join(tmpdir(), 'osler-score-'));
  const store = await openStore(home, databaseUrl);
  await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(home, 1) });
  await approve(store, person('ben'), 'skin@1', { reason: 'looked at it' }, { policy: policyOf({}) });
  return { home, env: databaseUrl === undefined ? {} : { OSLER_DATABASE_URL: databaseUrl }, store };
}

async function leave({ home, store }: Place): Promise<void> {
  await store.close();
  await rm(home, { recursive: true, force: true });
}

const doneOf = async ({ store }: Place): Promise<number> => (await store.jobs.list())[0]?.done ?? 0;

async function survivesKills(place: Place, how: string[]): Promise<void> {
  const { home, env } = place;
  const out = join(home, 'answers.csv');
  const args = ['score', scans, ...how, '--out', out];
  const done: number[] = [];
  for (let kill = 0; kill < 3; kill++) {
    const child = start(home, args, { env });
    const end = finished(child);
    const at = done.at(-1) ?? 0;
    await until('200 more answers', async () => {
      if (child.exitCode !== null) assert.fail(`it ended before it was killed: ${(await end).stderr}`);
      return (await doneOf(place)) >= at + 200;
    });
    child.kill('SIGKILL');
    await end;
    done.push(await doneOf(place));
    // pg-boss waits for the next sign of life before it gives a worker up.
    if (env.OSLER_DATABASE_URL === undefined) {
      const { stdout } = await osler(home, ['jobs', 'show', 'latest']);
      assert.match(
        stdout,
        /stopped .*\n.*\n {2}Nobody works on it now\. Go on with it: osler score --job [0-9a-f]{12}\n/,
      );
      assert.match((await osler(home, ['jobs', 'list'])).stdout, / stopped +\d+ of 3001/);
    }
  }
  assert.ok(done[0]! >= 200 && done[1]! > done[0]! && done[2]! > done[1]! && done[2]! < IMAGES, done.join(' '));
  await assert.rejects(readFile(out), 'the file is written whole or not at all');

  const again = await osler(home, [...args, '--json'], { env });
  assert.equal(again.code, 1, again.stderr);
  const job = JSON.parse(again.stdout) as Document;
  assert.deepEqual(
    [job.state, job.resumed, job.total, job.done, job.failed],
    ['finished', true, IMAGES + 1, IMAGES + 1, 1],
  );
  assert.match(again.stderr, /Going on with job/);

  const fresh = await osler(home, ['score', scans, ...how, '--out', `${out}.csv`, '--fresh', '--json'], { env });
  assert.equal((JSON.parse(fresh.stdout) as Document).resumed, false);
  // The ids of predictions hold the job's own.
  const plain = async (path: string) => (await readFile(path, 'utf8')).replace(/[0-9a-f]{32}\.\d+/g, 'id');
  assert.equal(await plain(out), await plain(`${out}.csv`));
  const rows = (await readFile(out, 'utf8')).trim().split('\n');
  assert.equal(rows.length, IMAGES + 2);
  assert.equal(rows.filter((row) => row.startsWith('ward 3/broken.jpg,IMAGE_TYPE,')).length, 1);
  await leave(place);
}

describe('osler score is killed and goes on', () => {
  it('with a bundle, on SQLite', async () => survivesKills(await homeWith(), ['--bundle', 'models:/skin/1']));

  it('with a deployment, on SQLite: the log has each answer once', async () => {
    const place = await homeWith();
    const { home, env, store } = place;
    await oslerJson(home, ['deploy', 'create', 'derma', 'skin@1', '--reason', 'first'], { env });
    const child = start(home, ['score', scans, '--deployment', 'derma'], { env });
    const end = finished(child);
    await until('200 answers', async () => (await doneOf(place)) >= 200);
    child.kill('SIGKILL');
    await end;
    const job = await osler(home, ['score', scans, '--deployment', 'derma', '--json'], { env });
    const { id, state } = JSON.parse(job.stdout) as Document;
    assert.equal(state, 'finished');
    const row = await store.deployments.get('derma');
    const logged = await store.predictions.list(row!.id, { limit: 10_000 });
    const ok = logged.filter(({ outcome }) => outcome === 'ok').map((one) => one.id);
    assert.equal(new Set(ok).size, ok.length);
    assert.equal(ok.filter((one) => one.startsWith(id)).length, IMAGES);
    await leave(place);
  });

  it('a server that is killed goes on with a job that was sent to it', async () =>
    goesOnAfterItsServer(await homeWith()));

  describe('on PostgreSQL, with pg-boss', {
    skip: programs === undefined && "Debian's postgresql is not installed",
  }, () => {
    let server: PostgresServer;
    before(async () => {
      server = await startPostgres(programs!);
    });
    after(() => server.stop());
    it('a worker goes on with a job whose server is gone', async () =>
      goesOnAfterItsServer(await homeWith(await server.database()), true));
    it('with a bundle', async () =>
      survivesKills(await homeWith(await server.database()), ['--bundle', 'models:/skin/1']));
  });
});

describe('what it is asked', () => {
  it('an archive, by name of the format, with what can not be', async () => {
    const place = await homeWith();
    const { home, store } = place;
    const zip = join(home, 'scans.zip');
    await writeFile(
      zip,
      zipSync({ 'a/1.png': await picture(1), 'a/2.png': await picture(2), 'a/x.txt': Buffer.from('x') }),
    );
    const job = await oslerJson<Document>(home, [
      'score',
      zip,
      '--bundle',
      'models:/skin/1',
      '--out',
      join(home, 'a.jsonl'),
    ]);
    assert.deepEqual([job.state, job.total], ['finished', 2]);
    const lines = (await readFile(join(home, 'a.jsonl'), 'utf8')).trim().split('\n');
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { file: string }).file),
      ['a/1.png', 'a/2.png'],
    );
    const csv = await osler(home, ['jobs', 'result', job.id.slice(0, 8), '--format', 'csv']);
    assert.equal(csv.stdout.split('\n').length, 4);
    assert.match((await osler(home, ['jobs', 'list'])).stdout, /finished\s+2 of 2/);

    const refused: [string[], RegExp][] = [
      [['score', home], /Name a folder or an archive, and a bundle/],
      [['score', join(home, 'nothing'), '--bundle', 'x'], /no folder or archive/],
      [['score', zip, '--bundle', 'models:/skin/7'], /version/],
      [['score', zip, '--deployment', 'none'], /no deployment "none"/],
      [['score', zip, '--bundle', 'models:/skin/1', '--out', 'x.pdf'], /"pdf" is no format/],
      [['score', '--job', job.id], /is finished/],
      [['score', join(home, 'keys'), '--bundle', 'models:/skin/1'], /no image in/],
    ];
    for (const [args, words] of refused) {
      const { code, stderr } = await osler(home, args);
      assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, words);
    }
    // Another archive under the same name is not gone on with.
    await store.jobs.delete(job.id);
    await leave(place);
  });
});

/** A job is sent to a server, which is killed; another one, or a worker beside it, brings it to its end. */
async function goesOnAfterItsServer(place: Place, worker = false): Promise<void> {
  const { home, env } = place;
  await oslerJson(home, ['deploy', 'create', 'derma', 'skin@1', '--reason', 'first'], { env });
  const first = await serve(home, env);
  const form = new FormData();
  for (let i = 0; i < SENT; i++) {
    form.append('file', new Blob([await readFile(join(scans, `${i % 20}.jpg`))]), `${i}.jpg`);
  }
  const sent = await fetch(`${first.url}/v1/jobs`, { method: 'POST', body: form });
  const { id } = (await sent.json()) as { id: string };
  await until('64 answers', async () => (await doneOf(place)) >= 64);
  first.child.kill('SIGKILL');
  await first.end;
  const killed = await doneOf(place);
  assert.ok(killed >= 64 && killed < SENT, String(killed));
  const child = worker ? start(home, ['jobs', 'work'], { env }) : (await serve(home, env)).child;
  const end = finished(child);
  await until('all answers', async () => (await doneOf(place)) >= SENT);
  const lines = (await osler(home, ['jobs', 'result', id], { env })).stdout.trim().split('\n');
  assert.equal(lines.length, SENT);
  assert.ok(lines.every((line) => (JSON.parse(line) as { outcome: string }).outcome === 'ok'));
  child.kill('SIGTERM');
  assert.equal((await end).code, 0);
  await leave(place);
}

/** A server of the deployment `derma`, listening. */
async function serve(
  home: string,
  env: Record<string, string>,
): Promise<{ url: string; child: ChildProcess; end: Promise<Finished> }> {
  const child = start(home, ['serve', '--deployment', 'derma', '--port', '0', '--json'], { env });
  const end = finished(child);
  let output = '';
  child.stdout!.on('data', (text: string) => {
    output += text;
  });
  const url = await until('it listens', () => /"url": "(.+)"/.exec(output)?.[1]);
  return { url, child, end };
}
