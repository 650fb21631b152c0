import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, sql } from 'kysely';
import pg from 'pg';
import { OslerError } from '../errors.ts';
import { artifactConformance } from './artifacts/conformance.ts';
import { clock, nowOf } from './clock.ts';
import { storeConformance } from './conformance.ts';
import { accessConformance } from './conformance-access.ts';
import { curveConformance } from './conformance-curves.ts';
import { deploymentConformance } from './conformance-deployments.ts';
import { hostileConformance } from './conformance-hostile.ts';
import { exampleJob, jobConformance } from './conformance-jobs.ts';
import { modelConformance } from './conformance-models.ts';
import { pulseConformance } from './conformance-pulse.ts';
import { registryConformance } from './conformance-registry.ts';
import { studioConformance } from './conformance-studio.ts';
import { sweepConformance } from './conformance-sweeps.ts';
import { trackingConformance } from './conformance-tracking.ts';
import { wideConformance } from './conformance-wide.ts';
import { columnsOfMetrics, WIDE } from './log-batch.ts';
import { MetricQueue } from './log-postgres-queue.ts';
import { runDir, runFile } from './paths.ts';
import { postgresDialect } from './postgres.ts';
import { float8s, int8s } from './postgres-arrays.ts';
import type { Tables } from './schema.ts';
import { openStore } from './store.ts';
import { exampleRun } from './testing.ts';
import { type PostgresServer, postgresPrograms, startPostgres } from './testing-postgres.ts';

const programs = postgresPrograms();
const homes: string[] = [];
async function freshHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'osler-store-'));
  homes.push(home);
  return home;
}
after(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

describe('PostgreSQL', { skip: programs === undefined && "Debian's postgresql is not installed" }, () => {
  let server: PostgresServer;
  /** What a new store makes of an empty database: it is copied sooner than made. */
  let made: string;
  before(async () => {
    server = await startPostgres(programs!);
    made = await server.database();
    await (await openStore(await freshHome(), made)).close();
  });
  after(() => server.stop());

  storeConformance('PostgreSQL', async () => openStore(await freshHome(), await server.database(made)));
  artifactConformance('PostgreSQL', async () => openStore(await freshHome(), await server.database(made)));
  accessConformance('PostgreSQL', async () => openStore(await freshHome(), await server.database(made)));
  curveConformance('PostgreSQL', async () => openStore(await freshHome(), await server.database(made)));
  let url: string;
  for (const conformance of [trackingConformance, wideConformance])
    conformance(
      'PostgreSQL',
      async () => {
        url = await server.database(made);
        return openStore(await freshHome(), url);
      },
      async () => openStore(await freshHome(), url),
    );
  studioConformance('PostgreSQL', async () => openStore(await freshHome(), await server.database(made)));
  sweepConformance('PostgreSQL', async () => openStore(await freshHome(), await server.database(made)));
  hostileConformance('PostgreSQL', async () => openStore(await freshHome(), await server.database(made)));
  jobConformance('PostgreSQL', async () => openStore(await freshHome(), await server.database(made)));
  modelConformance('PostgreSQL', async () => openStore(await freshHome(), await server.database(made)));
  pulseConformance('PostgreSQL', async () => openStore(await freshHome(), await server.database(made)));
  deploymentConformance('PostgreSQL', async () => openStore(await freshHome(), await server.database(made)));
  registryConformance('PostgreSQL', async () => {
    const url = await server.database(made);
    return {
      store: await openStore(await freshHome(), url),
      exec: async (sql) => {
        const client = new pg.Client({ connectionString: url });
        await client.connect();
        await client.query(sql).finally(() => client.end());
      },
    };
  });

  it('hands out no parts of a job that another server has ended, and says nothing of it', async () => {
    const url = await server.database(made);
    await using one = await openStore(await freshHome(), url);
    await using other = await openStore(await freshHome(), url);
    const { id } = await one.jobs.create(exampleJob());
    await one.jobs.queue.fill(id, [0, 1]);
    const part = (await other.jobs.queue.take(id))!;
    await one.jobs.queue.drop(id);
    await other.jobs.queue.keep(part);
    await other.jobs.queue.done(part);
    await other.jobs.queue.giveBack(part);
    assert.deepEqual([await other.jobs.queue.take(id), await other.jobs.queue.size(id)], [null, 0]);
    await other.jobs.queue.drop(id);
    // What lost its queue is queued again by whoever looks.
    await other.jobs.queue.fill(id, [1]);
    assert.equal((await one.jobs.queue.take(id))!.number, 1);
  });

  it('reads arrays in its own form as they were', async () => {
    const client = new pg.Client({ connectionString: made });
    await client.connect();
    try {
      const whole = [
        0,
        1,
        -1,
        2 ** 31,
        -(2 ** 31) - 1,
        2 ** 32,
        -(2 ** 32),
        1_700_000_000_123,
        2 ** 53 - 1,
        1 - 2 ** 53,
      ];
      const real = [0, 0.1, -1e-308, Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      const { rows } = await client.query<{ whole: string[]; real: number[]; none: string[] }>({
        text: 'select $1::bigint[] as whole, $2::float8[] as real, $3::bigint[] as none',
        values: [int8s(whole), float8s(real), int8s([])],
      });
      assert.deepEqual([rows[0]!.whole.map(Number), rows[0]!.real, rows[0]!.none], [whole, real, []]);
    } finally {
      await client.end();
    }
  });

  it('is migrated once by stores that open at the same time', async () => {
    const url = await server.database();
    const stores = await Promise.all(Array.from({ length: 6 }, async () => openStore(await freshHome(), url)));
    const { id } = await stores[0]!.runs.create(exampleRun());
    for (const store of stores) assert.equal((await store.runs.get(id)).id, id);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('is migrated where its function is there already, as after tables alone were dropped', async () => {
    const url = await server.database();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const body = '$$ begin return null; end $$';
    await client.query(`create function osler_forget_metrics() returns trigger language plpgsql as ${body}`);
    await client.end();
    await using store = await openStore(await freshHome(), url);
    const { id } = await store.runs.create(exampleRun({ status: 'failed' }));
    await store.metrics.append(id, [{ key: 'loss', step: 1, epoch: 0, value: 1, time: 1 }]);
    await store.runs.delete(id);
    await store.runs.purge(id);
    for await (const line of store.dump()) assert.ok(!line.startsWith('{"table":"metrics"'));
  });

  it('lets several stores change one run and append to one series, and loses nothing', async () => {
    const url = await server.database();
    const home = await freshHome();
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(home, url)));
    const { id } = await stores[0]!.runs.create(exampleRun());
    await Promise.all(
      stores.map(async (store, n) => {
        for (let step = n; step < 80; step += 4) {
          await store.metrics.append(id, [{ key: `loss ${step % 3}`, step, epoch: 0, value: step, time: step }]);
        }
        await store.runs.update(id, [{ seconds: 7 }, { imagesPerSecond: 8 }, { stamps: ['x'] }, { name: 'new' }][n]!);
      }),
    );
    const run = await stores[0]!.runs.get(id);
    assert.deepEqual([run.seconds, run.imagesPerSecond, run.stamps, run.name], [7, 8, ['x'], 'new']);
    assert.equal((await stores[1]!.metrics.read(id)).length, 80);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('tells batches of a run that was removed from those of the run that came back under its id, though they wait together', async () => {
    const url = await server.database(made);
    await using store = await openStore(await freshHome(), url);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const queue = new MetricQueue(url);
    try {
      const metrics = (step: number) => [{ key: 'loss', value: step, step, timestamp: step }];
      const series = async (run: string) => {
        const { rows } = await client.query('select key, id from series where run_id = $1', [run]);
        return new Map(rows.map(({ key, id }) => [key as string, Number(id)]));
      };
      const start = async (id?: string) => {
        const run = await store.tracked.start({
          ...(id === undefined ? {} : { id }),
          experimentId: 0,
          name: 'run',
          startedAt: 1,
        });
        await store.logs.write(run.id, { metrics: metrics(0) });
        return run.id;
      };
      const other = await start();
      const id = await start();
      const gone = await series(id);
      await store.runs.delete(id);
      await store.runs.purge(id);
      await start(id);
      const there = await series(id);
      // The first is under way while the others wait.
      const written = await Promise.all([
        queue.write(other, columnsOfMetrics(metrics(1)), await series(other)),
        queue.write(id, columnsOfMetrics(metrics(1)), gone),
        queue.write(id, columnsOfMetrics(metrics(2)), there),
      ]);
      assert.deepEqual(written, [true, false, true]);
      assert.deepEqual(
        (await store.logs.history(id, 'loss')).map(({ step }) => step),
        [0, 2],
      );
      const lost = await client.query('select from metrics where series_id not in (select id from series)');
      assert.equal(lost.rowCount, 0);
    } finally {
      await queue.close();
      await client.end();
    }
  });

  it('changes a run while metrics are written to it', { timeout: 30_000 }, async () => {
    const url = await server.database(made);
    await using store = await openStore(await freshHome(), url);
    const { id } = await store.runs.create(exampleRun());
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query('begin');
      // As writers of metrics hold it.
      await client.query('select from runs where id = $1 for key share', [id]);
      assert.equal((await store.runs.update(id, { seconds: 7 })).seconds, 7);
    } finally {
      await client.end();
    }
  });

  it('settles many runs piece by piece: those before one that is being written to wait for nobody', {
    timeout: 30_000,
  }, async () => {
    const url = await server.database(made);
    await using store = await openStore(await freshHome(), url);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const behind = async () => (await client.query('select run_id from unsettled order by run_id')).rows;
    try {
      const names = Array.from({ length: WIDE + 1 }, (_, i) => `metric ${i}`);
      const ids: string[] = [];
      for (let n = 0; n < 25; n++) {
        const { id } = await store.tracked.start({ experimentId: 0, name: `run ${n}`, startedAt: 1 });
        for (const step of [0, 1])
          await store.logs.write(id, { metrics: names.map((key) => ({ key, value: step, step, timestamp: step })) });
        ids.push(id);
      }
      const last = (await behind()).at(-1)!.run_id;
      await client.query('begin');
      await client.query('select from unsettled where run_id = $1 for update', [last]);
      const reading = store.search.load(ids);
      while ((await behind()).length > 5) await sleep(10);
      await client.query('rollback');
      for (const { metrics } of await reading) assert.ok(metrics.every(({ step }) => step === 1));
      assert.deepEqual(await behind(), []);
    } finally {
      await client.end();
    }
  });

  it('goes on after the server was killed and started again in the middle of a batch', async () => {
    await using store = await openStore(await freshHome(), await server.database());
    const { id } = await store.runs.create(exampleRun());
    const rows = (batch: number) =>
      Array.from({ length: 500 }, (_, i) => ({ key: 'loss', step: batch * 500 + i, epoch: 0, value: i, time: i }));
    const writing = (async () => {
      for (let batch = 0; batch < 40; batch++) await store.metrics.append(id, rows(batch));
    })();
    server.restart();
    await writing;
    assert.equal((await store.metrics.read(id)).length, 20_000);
  });

  it('tells the time by its own clock, whatever a machine takes it to be', async (t) => {
    const db = new Kysely<Tables>({ dialect: postgresDialect(await server.database(made)) });
    t.after(() => db.destroy());
    const now = Date.now();
    t.mock.method(Date, 'now', () => now + 48 * 3_600_000);
    assert.ok(Math.abs((await clock(db)) - now) < 3_600_000);
    const { rows } = await sql<{ at: number }>`select ${nowOf(db)} as at`.execute(db);
    assert.ok(Math.abs(rows[0]!.at - now) < 3_600_000);
  });

  it('lets each of several machines check what it has, and counts what the others have', async () => {
    const url = await server.database(made);
    await using mine = await openStore(await freshHome(), url);
    await using theirs = await openStore(await freshHome(), url);
    const ids: string[] = [];
    for (const store of [mine, theirs]) {
      const { id } = await store.runs.create(exampleRun());
      await writeFile(join(runDir(store.home, id), 'a.txt'), `of ${id}`);
      await store.artifacts.add(id, { path: 'a.txt', kind: 'log' });
      ids.push(id);
    }
    const check = async () => {
      const problems: string[] = [];
      for await (const problem of mine.check()) problems.push(problem);
      const contents = mine.artifacts.check({ content: true });
      for (let next = await contents.next(); ; next = await contents.next()) {
        if (next.done === true) return { problems, ...next.value };
        problems.push(next.value);
      }
    };
    const { problems, contents, elsewhere } = await check();
    assert.deepEqual([problems, contents, elsewhere], [[], 1, 1]);
    // What is its own is missed.
    await rm(join(mine.home, 'artifacts'), { recursive: true });
    await rm(runFile(mine.home, ids[0]!));
    const after = await check();
    assert.equal(after.problems.length, 2, after.problems.join());
    assert.equal(after.elsewhere, 1);
  });

  it('says in a sentence that it is away, or may not be written; nothing of its address is told', async () => {
    const url = await server.database(made);
    await using store = await openStore(await freshHome(), url);
    const { id } = await store.runs.create(exampleRun());
    const told = async (work: Promise<unknown>, words: RegExp) =>
      assert.rejects(work, (error) => {
        assert.ok(error instanceof OslerError && error.code === 'STORE_FAILED', String(error));
        assert.match(error.message, words);
        return !/127.0.0.1|osler@/.test(error.message);
      });
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    await admin.query("create role reader login password 'r'; grant select on all tables in schema public to reader");
    await admin.end();
    const reader = new URL(url);
    reader.username = 'reader';
    await using read = await openStore(await freshHome(), reader.href);
    assert.equal((await read.runs.get(id)).id, id);
    await told(
      read.experiments.ensure('x'),
      /may not do this in its database: permission denied for table experiments/,
    );
    await told(read.logs.write(id, { params: [{ key: 'a', value: 'b' }] }), /permission denied/);
    server.halt();
    try {
      await told(store.runs.get(id), /does not answer/);
      await told(store.ping(), /does not answer/);
    } finally {
      server.start();
    }
    assert.equal((await store.runs.get(id)).id, id);
  });

  it('takes a statement with more values than the protocol counts for a mistake, not for a server that is away', async () => {
    await using store = await openStore(await freshHome(), await server.database(made));
    const began = performance.now();
    const pairs = Array.from({ length: 40_000 }, (_, i) => ({ key: `k${i}`, value: '' }));
    const { id } = await store.tracked.start({ experimentId: 0, name: 'run', startedAt: 1 });
    await store.logs.write(id, { params: pairs });
    assert.equal((await store.logs.params(id)).length, pairs.length);
    // It would have been tried for a minute.
    assert.ok(performance.now() - began < 50_000);
  });

  it('repeats no password, wherever it stands in the address, and says what is wrong with one', async () => {
    const home = await freshHome();
    const url = new URL(await server.database());
    const wrong: [string, RegExp][] = [
      [`postgresql://nobody@127.0.0.1:${url.port}/none?password=sekret`, /can't be opened/],
      [`postgresql://osler:a/sekret@127.0.0.1:${url.port}/none`, /not the address/],
      [`postgresql://osler:12/sekret@127.0.0.1:${url.port}/none`, /in its password/],
      [`postgresql://osler:12?sekret@127.0.0.1:${url.port}/none`, /in its password/],
      [`postgresql://osler:12#sekret@127.0.0.1:${url.port}/none`, /in its password/],
      [`postgresql://osler:%zzsekret@127.0.0.1:${url.port}/none`, /can't be/],
      [`postgresql://osler:sekret@127.0.0.1:${url.port}/none?sslmode=verify-full&sslrootcert=/not/there`, /not.there/],
    ];
    for (const [text, words] of wrong)
      await assert.rejects(openStore(home, text), (error) => {
        assert.ok(error instanceof OslerError, `${text}: ${error}`);
        assert.match(error.message, words);
        return !`${error.message} ${error.hint}`.includes('sekret');
      });
  });
});
