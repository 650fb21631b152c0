import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Kysely, sql } from 'kysely';
import { OslerError } from '../errors.ts';
import { databasePath } from './paths.ts';
import { isPassing } from './postgres.ts';
import { explained, explainRefusal } from './refusals.ts';
import { sqliteDialect } from './sqlite.ts';
import { openStore } from './store.ts';

test('what a pooler before PostgreSQL says of its own troubles passes, what the server says of a statement does not', () => {
  const pooler = Object.assign(new Error('server conn crashed?'), { code: '08P01', severity: 'FATAL' });
  const server = Object.assign(new Error('bind message has 70000 parameter formats'), {
    code: '08P01',
    routine: 'exec_bind_message',
  });
  assert.deepEqual([isPassing(pooler), isPassing(server)], [true, false]);
  const explained = explainRefusal(pooler);
  assert.ok(explained instanceof OslerError && explained.code === 'STORE_FAILED' && isPassing(explained));
});

test('a disk that gets full in the midst of a transaction is told as such, though SQLite has rolled it back by itself', async () => {
  const db = new Kysely<{ t: { a: string } }>({ dialect: explained(sqliteDialect(':memory:')) });
  try {
    await db.schema.createTable('t').addColumn('a', 'text').execute();
    await sql`pragma max_page_count = 10`.execute(db);
    const fill = db.transaction().execute(async (trx) => {
      for (let i = 0; i < 99; i++)
        await trx
          .insertInto('t')
          .values({ a: 'a'.repeat(2_000) })
          .execute();
    });
    await assert.rejects(fill, { code: 'STORE_FAILED', message: 'The disk of OSLER_HOME is full.' });
    assert.deepEqual(await db.selectFrom('t').selectAll().execute(), []);
  } finally {
    await db.destroy();
  }
});

test('a store of before zero bytes were refused is dumped whole, wherever its pages end', async () => {
  const home = await mkdtemp(join(tmpdir(), 'osler-store-'));
  try {
    const { id } = await (async () => {
      await using store = await openStore(home);
      return await store.tracked.start({ experimentId: 0, name: 'run', startedAt: 1 });
    })();
    const database = new DatabaseSync(databasePath(home));
    // Two pages and more, of which every first key has one.
    const insert = database.prepare('insert into params (run_id, key, value) values (?, ?, ?)');
    database.exec('begin');
    for (let i = 0; i < 4_100; i++) insert.run(id, `p\0${String(i).padStart(5, '0')}`, 'v');
    database.exec('commit');
    database.close();
    await using store = await openStore(home);
    const lines = await Array.fromAsync(
      store.dump(),
      (line) => JSON.parse(line) as { table?: string; rows?: unknown[] },
    );
    const rows = lines.filter(({ table }) => table === 'params').flatMap((line) => line.rows!);
    assert.equal(rows.length, 4_100);
    assert.equal(new Set(rows.map((row) => JSON.stringify(row))).size, 4_100);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
