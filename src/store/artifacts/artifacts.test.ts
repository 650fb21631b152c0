import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, it } from 'node:test';
import { Kysely, sql } from 'kysely';
import { MIGRATIONS, migrate } from '../migrate.ts';
import { databasePath, runDir } from '../paths.ts';
import { sqliteDialect } from '../sqlite.ts';
import { openStore } from '../store.ts';
import { exampleRun } from '../testing.ts';
import { artifactConformance } from './conformance.ts';

const homes: string[] = [];
after(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

artifactConformance('SQLite', async () => {
  const home = await mkdtemp(join(tmpdir(), 'osler-artifacts-'));
  homes.push(home);
  return openStore(home);
});

it('reads what an Osler of before recorded, which lies in the folder of its run alone', async () => {
  const home = await mkdtemp(join(tmpdir(), 'osler-artifacts-'));
  homes.push(home);
  const run = exampleRun({ status: 'finished' });
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  const db = new Kysely<never>({ dialect: sqliteDialect(databasePath(home)) });
  await migrate(db as never, MIGRATIONS.slice(0, 2));
  await sql`insert into runs (id, name, status, created_at, dataset, model, record)
    values (${run.id}, ${run.name}, ${run.status}, ${run.createdAt}, 'd@1', 'm', ${JSON.stringify(run)})`.execute(db);
  await sql`insert into artifacts (run_id, path, kind, bytes, sha256, added_at)
    values (${run.id}, 'x.svg', 'plot', 3, ${sha256}, ${run.createdAt})`.execute(db);
  await db.destroy();
  await mkdir(runDir(home, run.id), { recursive: true });
  await writeFile(join(runDir(home, run.id), 'x.svg'), 'abc');
  await using store = await openStore(home);
  const content = async () => text((await store.artifacts.read(run.id, 'x.svg')).body);
  assert.equal(await content(), 'abc');
  for await (const problem of store.artifacts.check({ content: true })) assert.fail(problem);
  await store.artifacts.add(run.id, { path: 'x.svg', kind: 'plot' });
  await rm(join(runDir(home, run.id), 'x.svg'));
  assert.equal(await content(), 'abc');
});
