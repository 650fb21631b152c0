import type { Kysely } from 'kysely';
import { OslerError } from '../errors.ts';
import { RunRecord } from './run.ts';
import type { Tables } from './schema.ts';
import { RUN_COLUMNS, type RunInfo, type RunRow, runInfo } from './tracked-run.ts';

/**
 * A run of any program by its id, the unique beginning of one (4 digits or more), its name (the newest of that name) or `latest`;
 * among the deleted ones, where a name has to be unique, when asked. Throws NOT_FOUND, USAGE when several fit.
 */
export async function findRun(db: Kysely<Tables>, reference: string, deleted: boolean): Promise<RunInfo> {
  const newest = newestRuns(db, deleted);
  const one = (rows: unknown[]): RunInfo => runInfo(rows[0] as RunRow);
  if (BEGINNING.test(reference)) {
    const rows = await beginningWith(newest, reference).limit(5).execute();
    if (rows.length === 1) return one(rows);
    if (rows.length > 1) {
      const ids = rows.slice(0, 4).map((row) => row.id.slice(0, 12));
      throw new OslerError('USAGE', `"${reference}" is the beginning of several run ids.`, {
        hint: `Give more digits: ${ids.join(', ')}${rows.length > 4 ? '...' : ''}`,
      });
    }
  }
  const rows = await (reference === 'latest' ? newest : newest.where('name', '=', reference)).limit(2).execute();
  if (deleted && rows.length > 1 && reference !== 'latest') {
    throw new OslerError('USAGE', `Several deleted runs are called "${reference}".`, {
      hint: 'osler runs list --deleted shows them; name one by its id.',
    });
  }
  if (rows.length > 0) return one(rows);
  if (reference === 'latest')
    throw new OslerError('NOT_FOUND', deleted ? 'No run is deleted.' : 'There is no run yet.', {
      hint: 'Train one: osler train --help',
    });
  throw new OslerError('NOT_FOUND', `There is no ${deleted ? 'deleted ' : ''}run "${reference}".`, {
    hint: deleted
      ? 'osler runs list --deleted shows them.'
      : (await isDeleted(db, reference))
        ? `It was deleted; until osler store gc this brings it back: osler runs restore ${reference}`
        : 'List the runs: osler runs list',
  });
}

const BEGINNING = /^[0-9a-f]{4,32}$/;

function newestRuns(db: Kysely<Tables>, deleted: boolean) {
  return db
    .selectFrom('runs')
    .select(RUN_COLUMNS)
    .select((eb) => eb('record', 'is', null).as('foreign'))
    .where('deleted_at', deleted ? 'is not' : 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc');
}

const beginningWith = (runs: ReturnType<typeof newestRuns>, reference: string) =>
  runs.where('id', '>=', reference).where('id', '<=', reference.padEnd(32, 'f'));

async function isDeleted(db: Kysely<Tables>, reference: string): Promise<boolean> {
  const gone = newestRuns(db, true);
  const named = await gone.where('name', '=', reference).limit(1).executeTakeFirst();
  if (named !== undefined || !BEGINNING.test(reference)) return named !== undefined;
  return (await beginningWith(gone, reference).limit(1).executeTakeFirst()) !== undefined;
}

/** Of Osler's own trainings among them. */
export async function findRecords(db: Kysely<Tables>, ids: readonly string[]): Promise<Map<string, RunRecord>> {
  const records = new Map<string, RunRecord>();
  // Well below both engines' limits for the values of one statement.
  for (let i = 0; i < ids.length; i += 1_000) {
    const rows = await db
      .selectFrom('runs')
      .select(['id', 'record'])
      .where('id', 'in', ids.slice(i, i + 1_000))
      .where('record', 'is not', null)
      .execute();
    for (const { id, record } of rows) records.set(id, RunRecord.parse(JSON.parse(record!)));
  }
  return records;
}
