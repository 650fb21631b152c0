import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { OslerError } from '../../errors.ts';
import { isPostgres } from '../columns.ts';
import { persist } from '../engine.ts';
import type { Tables } from '../schema.ts';
import { pgBossQueue } from './queue-pg-boss.ts';
import { tableQueue } from './queue-table.ts';
import { type ItemResult, JobRecord, type JobResult, type Jobs, PART, type PartQueue } from './types.ts';

/** Rows of one statement: below both engines' limits on values. */
const ROWS = 1_000;
const ENDED = ['finished', 'failed', 'cancelled'] as const;

/** @param databaseUrl of PostgreSQL, whose queue hands the parts out; undefined on SQLite. */
export function jobRepository(db: Kysely<Tables>, databaseUrl: string | undefined): Jobs & { close(): Promise<void> } {
  let queue: PartQueue | undefined;
  const newest = () => db.selectFrom('jobs').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc');
  const read = (id: string): Promise<JobRecord> => row(db, id).then(record);

  return {
    get queue() {
      queue ??= databaseUrl === undefined ? tableQueue(db) : pgBossQueue(databaseUrl);
      return queue;
    },
    async create(job) {
      const values = {
        ...job,
        source: JSON.stringify(job.source),
        target: JSON.stringify(job.target),
        state: 'receiving',
        created_at: Date.now(),
        started_at: null,
        ended_at: null,
        total: 0,
        done: 0,
        failed: 0,
        failures: 0,
        error: null,
      };
      return persist(async (again) => {
        const { numInsertedOrUpdatedRows: inserted } = await db
          .insertInto('jobs')
          .values(values)
          .onConflict((c) => c.column('id').doNothing())
          .executeTakeFirstOrThrow();
        // On a second try it is ours: only the acknowledgement was lost.
        if (inserted === 0n && !again) throw new OslerError('ALREADY_EXISTS', `Job ${job.id} exists already.`);
        return record(values);
      });
    },
    async add(id, items) {
      const { total } = await read(id);
      await persist(() =>
        db.transaction().execute(async (trx) => {
          for (let i = 0; i < items.length; i += ROWS) {
            const values = items
              .slice(i, i + ROWS)
              .map((item, j) => ({ ...EMPTY, ...item, job_id: id, number: total + i + j }));
            await trx
              .insertInto('job_items')
              .values(values)
              .onConflict((c) => c.columns(['job_id', 'number']).doNothing())
              .execute();
          }
          const set = { total: total + items.length };
          await trx.updateTable('jobs').set(set).where('id', '=', id).where('state', '=', 'receiving').execute();
        }),
      );
    },
    async open(id) {
      await change(db, id, { state: 'waiting' }, ['receiving']);
      return read(id);
    },
    async get(reference) {
      if (/^[0-9a-f]{4,32}$/.test(reference)) {
        const rows = await newest().where('id', '>=', reference).where('id', '<=', reference.padEnd(32, 'f')).execute();
        if (rows.length === 1) return record(rows[0]!);
        if (rows.length > 1) {
          throw new OslerError('USAGE', `"${reference}" is the beginning of ${rows.length} job ids.`, {
            hint: `Give more digits: ${rows
              .slice(0, 4)
              .map((one) => one.id.slice(0, 12))
              .join(', ')}`,
          });
        }
      }
      const latest = reference === 'latest' ? await newest().limit(1).executeTakeFirst() : undefined;
      if (latest !== undefined) return record(latest);
      throw noJob(reference);
    },
    async list({ limit = 1_000, before, states } = {}) {
      let select = newest().limit(limit);
      if (states !== undefined) select = select.where('state', 'in', states);
      if (before !== undefined)
        select = select.where((e) =>
          e.or([
            e('created_at', '<', before.createdAt),
            e.and([e('created_at', '=', before.createdAt), e('id', '<', before.id)]),
          ]),
        );
      return (await select.execute()).map(record);
    },
    async same(fingerprint) {
      const found = await newest()
        .where('fingerprint', '=', fingerprint)
        .where('state', 'not in', ['finished', 'receiving'])
        .limit(1)
        .executeTakeFirst();
      return found === undefined ? null : record(found);
    },
    async begin(id) {
      await change(db, id, { state: 'running', started_at: Date.now() }, ['waiting']);
    },
    async openParts(id) {
      const { rows } = await sql<{ part: number }>`select distinct number / ${sql.lit(PART)} as part from job_items
        where job_id = ${id} and outcome is null order by 1`.execute(db);
      return rows.map(({ part }) => Number(part));
    },
    async openItems(id, part) {
      const rows = await db
        .selectFrom('job_items')
        .select(['number', 'name', 'content'])
        .where('job_id', '=', id)
        .where('number', '>=', part * PART)
        .where('number', '<', (part + 1) * PART)
        .where('outcome', 'is', null)
        .orderBy('number')
        .execute();
      return rows.map((one) => ({ ...one }));
    },
    async write(id, results) {
      return persist(() =>
        db.transaction().execute(async (trx) => {
          // Its counts and its end are one writer's at a time.
          const job = await locked(trx, id);
          let done = 0;
          let failed = 0;
          for (const result of results) {
            if (!(await writeOne(trx, id, result))) continue;
            done += 1;
            if (result.outcome !== 'ok') failed += 1;
          }
          const now = { done: job.done + done, failed: job.failed + failed };
          const over = now.done >= job.total && !ENDED.some((state) => state === job.state);
          const end = over ? { state: 'finished', ended_at: Date.now() } : {};
          await trx
            .updateTable('jobs')
            .set({ ...now, ...end })
            .where('id', '=', id)
            .execute();
          return record({ ...job, ...now, ...end });
        }),
      );
    },
    async brokeOff(id, error, most) {
      return persist(() =>
        db.transaction().execute(async (trx) => {
          const job = await locked(trx, id);
          // Over for good: another worker's trouble with it is nobody's any more.
          if (ENDED.some((state) => state === job.state)) return record(job);
          const failures = job.failures + 1;
          const over = failures >= most;
          const set = { failures, error, ...(over ? { state: 'failed', ended_at: Date.now() } : {}) };
          await trx.updateTable('jobs').set(set).where('id', '=', id).execute();
          return record({ ...job, ...set });
        }),
      );
    },
    async end(id, state, error) {
      await change(db, id, { state, error, ended_at: Date.now() }, ['receiving', 'waiting', 'running']);
      return read(id);
    },
    async reopen(id) {
      const { total, done } = await read(id);
      const set = { state: 'running', error: null, failures: 0, ended_at: null };
      if (done < total) await change(db, id, set, ['waiting', 'running', 'failed', 'cancelled']);
      return read(id);
    },
    async results(id, { after = -1, limit }) {
      const rows = await db
        .selectFrom('job_items')
        .selectAll()
        .where('job_id', '=', id)
        .where('number', '>', after)
        .orderBy('number')
        .limit(limit)
        .execute();
      return rows.map(resultOf);
    },
    async failures(id, { offset, limit }) {
      const rows = await db
        .selectFrom('job_items')
        .selectAll()
        .where('job_id', '=', id)
        .where('outcome', '<>', 'ok')
        .orderBy('number')
        .offset(offset)
        .limit(limit)
        .execute();
      return rows.map(resultOf);
    },
    async delete(id) {
      await read(id);
      await persist(() => db.deleteFrom('jobs').where('id', '=', id).execute());
    },
    async close() {
      await queue?.close();
    },
  };
}

const EMPTY = { outcome: null, image: null, answer: null, milliseconds: null };

/** Whether it was open. */
async function writeOne(
  trx: Transaction<Tables>,
  id: string,
  { number, answer, ...rest }: ItemResult,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('job_items')
    .set({ ...rest, answer: JSON.stringify(answer) })
    .where('job_id', '=', id)
    .where('number', '=', number)
    .where('outcome', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function change(
  db: Kysely<Tables>,
  id: string,
  set: Partial<Selectable<Tables['jobs']>>,
  from: readonly string[],
): Promise<void> {
  await persist(() => db.updateTable('jobs').set(set).where('id', '=', id).where('state', 'in', from).execute());
}

async function row(db: Kysely<Tables>, id: string): Promise<Selectable<Tables['jobs']>> {
  const found = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
  if (found === undefined) throw noJob(id);
  return found;
}

async function locked(trx: Transaction<Tables>, id: string): Promise<Selectable<Tables['jobs']>> {
  const found = await trx
    .selectFrom('jobs')
    .selectAll()
    .where('id', '=', id)
    // SQLite's transactions hold the one write lock from their beginning.
    .$if(isPostgres(trx), (query) => query.forUpdate())
    .executeTakeFirst();
  if (found === undefined) throw noJob(id);
  return found;
}

function noJob(reference: string): OslerError {
  return new OslerError(
    'NOT_FOUND',
    reference === 'latest' ? 'There is no job yet.' : `There is no job "${reference.slice(0, 100)}".`,
    {
      hint: reference === 'latest' ? 'Begin one: osler score --help' : 'List them: osler jobs list',
    },
  );
}

function record(found: Selectable<Tables['jobs']>): JobRecord {
  const { created_at: createdAt, started_at: startedAt, ended_at: endedAt, source, target, ...rest } = found;
  return JobRecord.parse({
    ...rest,
    createdAt,
    startedAt,
    endedAt,
    source: JSON.parse(source),
    target: JSON.parse(target),
  });
}

function resultOf({ job_id: _, answer, ...rest }: Selectable<Tables['job_items']>): JobResult {
  return { ...rest, answer: answer === null ? null : (JSON.parse(answer) as Record<string, unknown>) };
}
