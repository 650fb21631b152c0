/** A store with something in every table goes from one engine to the other and back, by `osler store`: nothing of it is lost. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { Kysely } from 'kysely';
import { arrived, type MetricRow, pack, runsWithArrivals } from '../../src/store/arrivals.ts';
import { exampleEntry } from '../../src/store/conformance-deployments.ts';
import { exampleJob } from '../../src/store/conformance-jobs.ts';
import { external } from '../../src/store/conformance-registry.ts';
import { exampleSweep } from '../../src/store/conformance-sweeps.ts';
import { columnsOfMetrics, WIDE } from '../../src/store/log-batch.ts';
import { databasePath } from '../../src/store/paths.ts';
import { postgresDialect } from '../../src/store/postgres.ts';
import type { Tables } from '../../src/store/schema.ts';
import { sqliteDialect } from '../../src/store/sqlite.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { exampleRun } from '../../src/store/testing.ts';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../src/store/testing-postgres.ts';
import { osler, oslerJson } from '../command.ts';

const programs = postgresPrograms();

/** What a machine or a moment has, and nobody else: it stays where it was. */
const LEFT = ['migrations', 'arrivals', 'blob_claims', 'sessions', 'stops', 'job_parts'];

describe('a store on the move', { skip: programs === undefined && "Debian's postgresql is not installed" }, () => {
  let server: PostgresServer;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'osler-move-'));
    server = await startPostgres(programs!);
  });
  after(() => {
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('to PostgreSQL, into a backup, out of it and back to SQLite: every row of every table, and every file', async () => {
    const [home, restored, back] = ['home', 'restored', 'back'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const url = await server.database();
    const env = { OSLER_DATABASE_URL: url };
    let artifact: string;
    {
      await using store = await openStore(home);
      artifact = await fill(store);
    }
    leaveForLater(home);
    const rows = await everything(home);
    const tables = Object.keys(rows).filter((table) => !LEFT.includes(table));
    assert.deepEqual(
      tables.filter((table) => rows[table]!.length === 0),
      [],
      'tables that this test does not fill',
    );

    const counts = await oslerJson<Record<string, unknown>>(home, ['store', 'move', url]);
    for (const table of tables) assert.equal(counts[table], rows[table]!.length, table);
    assertSame(await everything(home, url), rows, tables);

    const backup = join(folder, 'backup');
    await oslerJson(home, ['store', 'backup', backup], { env });
    await oslerJson(restored, ['store', 'restore', backup]);
    assertSame(await everything(restored), rows, tables);
    const { problems } = await oslerJson<{ problems: string[] }>(restored, ['store', 'check', '--content']);
    assert.deepEqual(problems, []);
    await oslerJson(restored, ['runs', 'download', 'tracked', '--to', join(folder, 'files')]);
    assert.equal(readFileSync(join(folder, 'files', 'notes.txt'), 'utf8'), artifact);

    await oslerJson(back, ['store', 'move', 'sqlite'], { env });
    assertSame(await everything(back), rows, tables);
    // Numbers go on after those that came along.
    await using store = await openStore(back);
    assert.ok(
      (await store.experiments.create({ name: 'later' })).id >
        Math.max(...rows.experiments!.map(({ id }) => Number(id))),
    );
  });

  it('comes back to the home that it left once its old rows are put aside, as the refusal says', async () => {
    const home = join(folder, 'there-and-back');
    {
      await using store = await openStore(home);
      await fill(store);
    }
    const url = await server.database();
    const env = { OSLER_DATABASE_URL: url };
    await oslerJson(home, ['store', 'move', url]);
    const refused = await osler(home, ['store', 'move', 'sqlite', '--json'], { env });
    assert.equal(refused.code, 2);
    assert.ok(JSON.parse(refused.stdout).error.hint.includes(`${databasePath(home)} stayed there`), refused.stdout);
    for (const ending of ['', '-wal', '-shm']) rmSync(databasePath(home) + ending, { force: true });
    await oslerJson(home, ['store', 'move', 'sqlite'], { env });
    const checked = await oslerJson<{ problems: string[]; runs: number }>(home, ['store', 'check', '--content']);
    assert.deepEqual(checked.problems, []);
    // Other programs' runs are runs.
    await using store = await openStore(home);
    const trained = (await store.runs.list()).length;
    assert.ok(checked.runs > trained && trained > 0, `${checked.runs} of ${trained}`);
    const wrong = await osler(home, ['store', 'move', 'mysql://me:secret@host/x', '--json']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stdout, /The target is neither sqlite nor/);
    assert.doesNotMatch(wrong.stdout + wrong.stderr, /secret|OSLER_DATABASE_URL/);
  });

  it('is not written over anything, whatever it is', async () => {
    await using from = await openStore(join(folder, 'source'));
    const others: [string, (store: Store) => Promise<unknown>][] = [
      ['sweeps', (store) => store.sweeps.create(exampleSweep())],
      ['jobs', (store) => store.jobs.create(exampleJob())],
      [
        'views',
        (store) =>
          store.views.save({ room: 'runs', name: 'mine', content: {}, who: '', changedAt: '2026-01-01T00:00:00.000Z' }),
      ],
      ['runs', (store) => store.runs.create(exampleRun())],
    ];
    for (const [what, put] of others) {
      const url = await server.database();
      await using to = await openStore(join(folder, what), url);
      await put(to);
      await assert.rejects(to.load(from.dump()), {
        code: 'ALREADY_EXISTS',
        message: `The store to write to holds ${what} already.`,
      });
    }
  });
});

/** Something in every table, with what is easily lost: NaN, infinities, the largest steps, letters of any script, long texts. */
async function fill(store: Store): Promise<string> {
  const actor = { who: 'ann', via: 'test' };
  const { id: experimentId } = await store.experiments.create({
    name: 'skin "naïve" 皮膚',
    tags: [{ key: 'team', value: 'derm\n\t\\' }],
  });
  await store.runs.create(exampleRun({ status: 'finished' }));
  const { id } = await store.tracked.start({ experimentId, name: 'tracked', startedAt: 1 });
  const numbers = [
    0.1 + 0.2,
    5e-324,
    -1.7976931348623157e308,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  await store.logs.write(id, {
    metrics: numbers.flatMap((value, i) => [
      { key: 'loss', value, step: i, timestamp: 1_700_000_000_000 + i },
      { key: 'loss', value, step: Number.MAX_SAFE_INTEGER, timestamp: i },
    ]),
    params: [{ key: 'long', value: 'ä'.repeat(6_000) }],
    tags: [{ key: 'empty', value: '' }],
  });
  for (const step of [1, 2]) {
    const names = Array.from({ length: WIDE + 1 }, (_, i) => `wide ${i}`);
    await store.logs.write(id, { metrics: names.map((key) => ({ key, value: step, step, timestamp: step })) });
  }
  const text = 'what was seen';
  const body = async function* () {
    yield Buffer.from(text);
  };
  await store.artifacts.write(id, { path: 'notes.txt', kind: 'file' }, body());
  const model = await store.loggedModels.create({
    experimentId,
    name: 'lesions',
    sourceRunId: id,
    params: [{ key: 'lr', value: '0.1' }],
    tags: [{ key: 'k', value: 'v' }],
  });
  await store.loggedModels.logMetrics(id, [
    { modelId: model.id, key: 'auroc', value: Number.NaN, step: 1, timestamp: 2 },
  ]);
  const dataset = { name: 'zeros', digest: 'd', sourceType: 'code', source: '{}', profile: '{}' };
  await store.inputs.log(id, { datasets: [{ dataset, tags: [] }], outputs: [{ modelId: model.id, step: 3 }] });

  const sweep = await store.sweeps.create(exampleSweep());
  const claimed = await store.sweeps.claim(sweep.id, { worker: 'w', leaseMs: 60_000 });
  assert.ok(claimed.kind === 'trial');
  await store.sweeps.settle(claimed.claim, { state: 'finished', value: Number.NEGATIVE_INFINITY });
  const job = await store.jobs.create(exampleJob());
  await store.jobs.add(job.id, [{ name: '1.png', content: null }]);
  await store.jobs.open(job.id);
  const [begunAt, endedAt] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];
  const ended = { who: 'ann', endedAt, worker: 'w', error: null };
  await store.trainings.create({
    ...ended,
    id: 'a'.repeat(32),
    kind: 'train',
    name: 'x',
    state: 'finished',
    begunAt,
    task: {},
    run: null,
    progress: null,
  });
  await store.tasks.create({
    ...ended,
    id: 'b0000000-0000-4000-8000-000000000000',
    what: 'dataset.audit',
    subject: 's',
    state: 'done',
    startedAt: begunAt,
    work: {},
    result: {},
  });
  await store.views.save({ room: 'runs', name: 'mine', content: { filter: 'x' }, who: 'ann', changedAt: begunAt });

  await store.registry.change(actor, async (registry) => {
    const { id: skin } = await registry.addModel('skin', 'words');
    for (const runId of [null, id]) await registry.addVersion(skin, external({ runId }), null);
    await registry.setAlias(skin, 'champion', 2);
    await registry.setModelTag(skin, 'k', 'naïve "tag"');
    await registry.setVersionTag(skin, 1, 'k', 'v');
    const evidence = { checks: [1, null, 'x'] };
    await registry.addDecision(skin, 1, { decision: 'approve', reason: 'x', override: 'y', policy: {}, evidence });
    await registry.event({ what: 'model.create', subject: 'skin', after: { name: 'skin' } });
  });
  const deployment = await store.deployments.create(actor, 'derma', {
    what: 'deployment.create',
    why: 'first',
    spec: {},
  });
  const entry = exampleEntry({ deploymentId: deployment.id, milliseconds: 1 / 3 });
  await store.predictions.write([entry]);
  await store.predictions.addFeedback({ prediction: entry.id, label: 'benign', at: 5, who: 'ben' });
  await store.access.createKey(actor, {
    id: 'k'.repeat(10),
    name: 'gateway',
    hash: 'h',
    roles: ['viewer'],
    scope: { only: null, deployments: null },
    expiresAt: null,
  });
  return text;
}

type Row = Record<string, string | number | null>;

/** The second of the wide batches, as a writer leaves it that is killed. */
function leaveForLater(home: string): void {
  const db = new DatabaseSync(databasePath(home));
  const wide = "step = 2 and series_id in (select id from series where key like 'wide %')";
  const rows = db.prepare(`select * from metrics where ${wide}`).all() as unknown as MetricRow[];
  const columns = columnsOfMetrics(rows.map((row, i) => ({ ...row, key: `${i}`, timestamp: row.time })));
  const batch = pack(
    rows.map((row) => row.series_id),
    columns,
  );
  db.exec(`insert into unsettled select distinct run_id from series where key like 'wide %'`);
  db.prepare('insert into arrivals (run_id, rows) select run_id, ? from unsettled').run(batch);
  db.exec(`delete from metrics where ${wide}`);
  db.close();
}

/** Every row of every table that the database has, however many Osler knows of. */
async function everything(home: string, url?: string): Promise<Record<string, Row[]>> {
  const db = new Kysely<Tables>({
    dialect: url === undefined ? sqliteDialect(databasePath(home)) : postgresDialect(url),
  });
  try {
    const tables = await db.introspection.getTables();
    const rows: Record<string, Row[]> = {};
    for (const { name } of tables)
      rows[name] = (await db
        .selectFrom(name as keyof Tables)
        .selectAll()
        .execute()) as unknown as Row[];
    // What SQLite has not sorted in yet is among the metrics wherever it is moved to.
    for (const run of await runsWithArrivals(db))
      rows.metrics!.push(...(await arrived(db, run)).map((row) => ({ ...row })));
    return rows;
  } finally {
    await db.destroy();
  }
}

function assertSame(there: Record<string, Row[]>, here: Record<string, Row[]>, tables: string[]): void {
  // -0 and the infinities as JSON has them not; the order of rows and columns is each engine's own.
  const words = (row: Row) =>
    Object.entries(row)
      .map(([column, value]) => `${column}=${typeof value} ${value}`)
      .sort()
      .join('\n');
  for (const table of tables) assert.deepEqual(there[table]!.map(words).sort(), here[table]!.map(words).sort(), table);
}
