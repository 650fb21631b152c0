import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { Kysely, sql } from 'kysely';
import { MIGRATIONS, migrate } from './migrate.ts';
import { databasePath } from './paths.ts';
import type { RunRecord } from './run.ts';
import type { Tables } from './schema.ts';
import { sqliteDialect } from './sqlite.ts';
import { openStore, type Store } from './store.ts';
import { exampleRun } from './testing.ts';

const run = exampleRun({
  status: 'finished',
  createdAt: '2025-03-01T10:00:00.250Z',
  endedAt: '2025-03-01T11:00:00.500Z',
});
const values: (number | null)[] = [0.5, null, 0.25];

async function check(store: Store): Promise<void> {
  assert.deepEqual(await store.runs.get(run.id), run);
  const info = await store.tracked.get(run.id);
  assert.deepEqual(
    [info.experimentId, info.startedAt, info.endedAt],
    [0, Date.parse(run.createdAt), Date.parse(run.endedAt!)],
  );
  const read = await store.metrics.read(run.id);
  assert.deepEqual(
    read.map(({ step, epoch, value, time }) => [step, epoch, value, time]),
    [
      [1, 1, 0.5, 10],
      [2, 1, Number.NaN, 20],
      [3, 2, 0.25, 30],
    ],
  );
  assert.deepEqual(await store.logs.latest(run.id), [{ key: 'loss', value: 0.25, step: 3, timestamp: 30 }]);
  assert.deepEqual(
    (await store.artifacts.list(run.id)).map(({ path, bytes }) => [path, bytes]),
    [['curves.svg', 3]],
  );
  await store.metrics.append(run.id, [{ key: 'new', step: 1, epoch: 0, value: 1, time: 1 }]);
  assert.deepEqual(await store.metrics.keys(run.id), ['loss', 'new']);
}

async function inFolder(body: (home: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'osler-old-'));
  try {
    await body(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const columns = (record: RunRecord) => ({
  id: record.id,
  name: record.name,
  status: record.status,
  created_at: record.createdAt,
  dataset: 'phantom@1',
  model: record.model.name,
  record: JSON.stringify(record),
});

it('migrates a store of before runs of other programs could stand in it', () =>
  inFolder(async (home) => {
    const db = new Kysely<Tables>({ dialect: sqliteDialect(databasePath(home)) });
    await migrate(db, MIGRATIONS.slice(0, 2));
    const row = columns(run);
    await sql`insert into runs (id, name, status, created_at, dataset, model, record)
      values (${sql.join(Object.values(row))})`.execute(db);
    await sql`insert into series (id, run_id, key) values (4, ${run.id}, 'loss'), (5, ${run.id}, 'empty')`.execute(db);
    for (const [i, value] of values.entries()) {
      const [step, epoch, time] = [i + 1, i < 2 ? 1 : 2, (i + 1) * 10];
      await sql`insert into metrics (series_id, step, epoch, value, time) values (4, ${step}, ${epoch}, ${value}, ${time})`.execute(
        db,
      );
    }
    await sql`insert into artifacts (run_id, path, kind, bytes, sha256, added_at)
      values (${run.id}, 'curves.svg', 'plot', 3, ${'ab'.repeat(32)}, '2025-03-01')`.execute(db);
    await db.destroy();
    await using store = await openStore(home);
    await check(store);
  }));

it('takes the dump of an older Osler', () =>
  inFolder(async (home) => {
    const row = columns(run);
    const pages = [
      { format: 'osler-store-dump/1', migrations: ['001-runs', '002-deleted'] },
      { table: 'runs', columns: [...Object.keys(row), 'deleted_at'], rows: [[...Object.values(row), null]] },
      {
        table: 'series',
        columns: ['id', 'run_id', 'key'],
        rows: [
          [4, run.id, 'loss'],
          [5, run.id, 'empty'],
        ],
      },
      {
        table: 'metrics',
        columns: ['series_id', 'step', 'epoch', 'value', 'time'],
        rows: values.map((value, i) => [4, i + 1, i < 2 ? 1 : 2, value, (i + 1) * 10]),
      },
      {
        table: 'artifacts',
        columns: ['run_id', 'path', 'kind', 'bytes', 'sha256', 'added_at'],
        rows: [[run.id, 'curves.svg', 'plot', 3, 'ab'.repeat(32), '2025-03-01']],
      },
    ].map((page) => JSON.stringify(page));
    const sha256 = createHash('sha256')
      .update(pages.map((page) => `${page}\n`).join(''))
      .digest('hex');
    const end = JSON.stringify({ end: true, counts: { runs: 1, series: 2, metrics: 3, artifacts: 1 }, sha256 });
    await using store = await openStore(home);
    await store.load(
      (async function* () {
        yield* [...pages, end];
      })(),
    );
    await check(store);
  }));
