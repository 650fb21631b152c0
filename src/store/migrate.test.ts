import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { type Dialect, Kysely, sql } from 'kysely';
import { OslerError } from '../errors.ts';
import { MIGRATIONS, migrate } from './migrate.ts';
import { databasePath } from './paths.ts';
import { postgresDialect } from './postgres.ts';
import type { Tables } from './schema.ts';
import { sqliteDialect } from './sqlite.ts';
import { openStore } from './store.ts';
import { postgresPrograms, startPostgres } from './testing-postgres.ts';

const folder = mkdtempSync(join(tmpdir(), 'osler-migrate-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Of a step that fails nothing stays, nor of those before it in the same going forward; a newer store is not opened. */
async function goesForward(dialect: () => Dialect, open: () => Promise<unknown>): Promise<void> {
  const db = new Kysely<Tables>({ dialect: dialect() });
  const known = async () => (await db.introspection.getTables()).map(({ name }) => name).sort();
  const step = (name: string, statement: string) => ({
    name,
    up: async (trx: Kysely<never>) => {
      await sql.raw(statement).execute(trx);
    },
  });
  try {
    const half = MIGRATIONS.slice(0, 7);
    await migrate(db, half);
    const before = await known();
    const whole = step('900-whole', 'create table whole (x integer)');
    await assert.rejects(migrate(db, [...MIGRATIONS, whole, step('901-broken', 'create tabel half (x integer)')]));
    assert.deepEqual(await known(), before);
    assert.equal((await db.selectFrom('migrations').selectAll().execute()).length, half.length);
    await migrate(db, [...MIGRATIONS, whole]);
    assert.ok((await known()).includes('whole'));
  } finally {
    await db.destroy();
  }
  await assert.rejects(
    open(),
    (error) => error instanceof OslerError && error.code === 'STORE_FAILED' && /900-whole/.test(error.message),
  );
}

it('migrates forward in one transaction, and refuses what a newer version wrote', async () => {
  const path = databasePath(folder);
  await goesForward(
    () => sqliteDialect(path),
    () => openStore(folder),
  );
});

const programs = postgresPrograms();
it('on PostgreSQL too', { skip: programs === undefined && "Debian's postgresql is not installed" }, async () => {
  const server = await startPostgres(programs!);
  try {
    const url = await server.database();
    await goesForward(
      () => postgresDialect(url),
      () => openStore(folder, url),
    );
  } finally {
    server.stop();
  }
});
