import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Dialect, Kysely } from 'kysely';
import { exampleEntry } from '../conformance-deployments.ts';
import { binOf } from '../deployments/answer-counts.ts';
import { postgresDialect } from '../postgres.ts';
import type { Tables } from '../schema.ts';
import { sqliteDialect } from '../sqlite.ts';
import { openStore } from '../store.ts';
import { postgresPrograms, startPostgres } from '../testing-postgres.ts';
import { countHours } from './013-answer-counts.ts';

async function countsAgain(databaseUrl: string | undefined, dialect: (where: string) => Dialect): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'osler-counts-'));
  try {
    await using store = await openStore(home, databaseUrl);
    const durations = [0.001, 0.0625, 0.07, 0.99, 1, 1.09, 1.1, 12.5, 250, 999, 1e6, 1e9];
    await store.predictions.write(durations.map((milliseconds) => exampleEntry({ at: 1, milliseconds })));
    await store.predictions.write([exampleEntry({ at: 1, outcome: 'ENGINE_FAILED', answer: null })]);
    const counts = () => store.predictions.counts(1, { span: 3_600_000, from: 0, to: 3_600_000 });
    const sorted = async () => (await counts()).map((one) => JSON.stringify(one)).sort();
    const written = await sorted();
    assert.equal((await counts()).filter(({ outcome }) => outcome === 'ok').length, new Set(durations.map(binOf)).size);
    const db = new Kysely<Tables>({ dialect: dialect(store.engine.where) });
    await db.deleteFrom('answer_counts').execute();
    await countHours(db as unknown as Kysely<never>);
    await db.destroy();
    assert.deepEqual(await sorted(), written);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

test('what was answered before there were counts is counted as later answers are', () =>
  countsAgain(undefined, sqliteDialect));

const programs = postgresPrograms();
test('on PostgreSQL too', { skip: programs === undefined && 'no PostgreSQL here' }, async () => {
  const server = await startPostgres(programs!);
  try {
    const url = await server.database();
    await countsAgain(url, () => postgresDialect(url));
  } finally {
    server.stop();
  }
});
