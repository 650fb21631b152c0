import { type Kysely, sql } from 'kysely';
import { isPostgres } from './columns.ts';
import type { Tables } from './schema.ts';

/** Tables whose rows are written once, and against what the database itself keeps them (migrations 004, 007 and 012). */
const GUARDED = {
  events: ['update', 'delete', 'replace', 'truncate'],
  model_versions: ['update', 'delete', 'replace', 'truncate'],
  decisions: ['update', 'delete', 'replace', 'truncate'],
  deployment_revisions: ['update', 'delete', 'replace', 'truncate'],
};

/**
 * The triggers that keep rows from being changed, and are missing, switched off, or do something else now: one sentence for each table.
 * Whoever may change the database's schema can take them away.
 */
export async function missingGuards(db: Kysely<Tables>): Promise<string[]> {
  const missing: string[] = [];
  const there = isPostgres(db) ? await onPostgres(db) : await onSqlite(db);
  for (const [table, verbs] of Object.entries(GUARDED)) {
    const lacking = verbs.filter((verb) => !there.has(`${table} ${verb}`) && isOf(db, verb));
    if (lacking.length > 0)
      missing.push(
        `nothing keeps the rows of ${table} from ${lacking.join(', ')}: a trigger is missing or was altered`,
      );
  }
  return missing;
}

/** `replace` is SQLite's, `truncate` PostgreSQL's. */
const isOf = (db: Kysely<Tables>, verb: string): boolean => verb !== (isPostgres(db) ? 'replace' : 'truncate');

/** `table verb` of all triggers that refuse. */
async function onSqlite(db: Kysely<Tables>): Promise<Set<string>> {
  const { rows } = await sql<{ table: string; text: string }>`
    select tbl_name as "table", sql as text from sqlite_master where type = 'trigger'`.execute(db);
  const found = new Set<string>();
  for (const { table, text } of rows) {
    const words = text.replaceAll('"', '').replace(/\s+/g, ' ');
    const [, verb, when = ''] =
      /^create trigger \S+ before (update|delete|insert) on \w+ (when exists \(select 1 from \w+ where .+\) )?begin select raise\(abort, /i.exec(
        words,
      ) ?? [];
    if (verb === undefined) continue;
    const kind = verb.toLowerCase() === 'insert' ? 'replace' : verb.toLowerCase();
    if ((kind === 'replace') === (when !== '')) found.add(`${table} ${kind}`);
  }
  return found;
}

// Bits of pg_trigger.tgtype.
const ROW = 1;
const BEFORE = 2;
const DELETE = 8;
const UPDATE = 16;
const TRUNCATE = 32;

async function onPostgres(db: Kysely<Tables>): Promise<Set<string>> {
  const { rows } = await sql<{ table: string; type: number }>`
    select c.relname as "table", t.tgtype::int as type
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
    where not t.tgisinternal and t.tgenabled in ('O', 'A') and t.tgqual is null and cardinality(t.tgattr::int2[]) = 0
      and p.prosrc ~ '^\\s*begin raise exception' and c.oid = to_regclass(quote_ident(c.relname))`.execute(db);
  const found = new Set<string>();
  for (const { table, type } of rows) {
    if ((type & BEFORE) === 0) continue;
    const each = (type & ROW) !== 0;
    if (each && (type & UPDATE) !== 0) found.add(`${table} update`);
    if (each && (type & DELETE) !== 0) found.add(`${table} delete`);
    if ((type & TRUNCATE) !== 0) found.add(`${table} truncate`);
  }
  return found;
}
