import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { clock } from './clock.ts';
import { isPostgres } from './columns.ts';
import { type Engine, persist } from './engine.ts';
import { writeFileAtomic } from './files.ts';
import { missingGuards } from './guards.ts';
import { trailHeadFile } from './paths.ts';
import type { Tables } from './schema.ts';
import { type SigningKey, signingKey } from './signing-key.ts';
import { GENESIS, type NewEvent, sealEvent, type TrailRow } from './trail-event.ts';

/** The last event that was seen. */
export const TrailHead = z.object({ seq: z.int().min(0), hash: z.string().regex(/^[0-9a-f]{64}$/) });
export type TrailHead = z.infer<typeof TrailHead>;

export interface TrailQuery {
  /** Exactly this one. */
  subject?: string;
  /** A model with its versions and aliases: `skin`, `skin@3`, `skin@champion`. */
  model?: string;
  who?: string;
  /** Verbs: `alias.set`. */
  what?: readonly string[];
  /** Of this time (ISO 8601) and before. */
  until?: string;
  /** After this number, and before that one. */
  after?: number;
  before?: number;
  /** The newest so many, in their order. */
  last?: number;
}

/** Who did what, when, why, with what before and after. Each event holds the hash of the one before and is signed by its home. */
export interface Trail {
  append(event: NewEvent): Promise<TrailRow>;
  /** In order. */
  read(query?: TrailQuery): Promise<TrailRow[]>;
  /** All as of one moment, in order, in bounded memory. */
  rows(): AsyncGenerator<TrailRow, void, undefined>;
  /** What this home last saw of the trail, beside the database; null before the first event. */
  witness(): Promise<TrailHead | null>;
  /** What no longer keeps written rows from being changed, one sentence for each table; nothing when all is well. */
  missingGuards(): Promise<string[]>;
}

/** Of PostgreSQL's advisory lock: "trail" in bytes. */
const APPENDING = 0x74_72_61_69_6c;
const PAGE = 500;

/** The end of the trail, held by a transaction: until it ends nobody else adds to it. */
export interface TrailEnd {
  /** ISO 8601: the moment of all events of this transaction. */
  readonly at: string;
  readonly head: TrailHead;
  append(event: NewEvent): Promise<TrailRow>;
}

/**
 * Takes the trail's end for the rest of the transaction; whoever else wants it waits. Transactions that change what they also tell
 * the trail take it first, so that exactly one order of them results and none waits for another in a circle.
 * @param operation names the work: its events' ids are `operation.0`, `operation.1`..., by which a repeated one is known.
 */
export async function takeTrail(trx: Kysely<Tables>, operation: string, key: SigningKey): Promise<TrailEnd> {
  // SQLite's transactions hold the one write lock from their beginning.
  if (isPostgres(trx)) await sql`select pg_advisory_xact_lock(${APPENDING})`.execute(trx);
  const last = await trx
    .selectFrom('events')
    .select(['seq', 'hash', 'at'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const now = new Date(await clock(trx)).toISOString();
  const at = last !== undefined && last.at > now ? last.at : now;
  let head: TrailHead = { seq: last?.seq ?? 0, hash: last?.hash ?? GENESIS };
  let count = 0;
  return {
    at,
    get head() {
      return head;
    },
    async append(event) {
      const place = { seq: head.seq + 1, previous: head.hash, id: `${operation}.${count}`, at };
      const row = sealEvent(event, place, key);
      await trx.insertInto('events').values(row).execute();
      head = { seq: row.seq, hash: row.hash };
      count += 1;
      return row;
    },
  };
}

/** Whether the operation's events stand in the trail: then only its acknowledgement was lost. */
export async function isDone(db: Kysely<Tables>, operation: string): Promise<boolean> {
  return (
    (await db.selectFrom('events').select('seq').where('id', '=', `${operation}.0`).executeTakeFirst()) !== undefined
  );
}

export const newOperation = (): string => randomBytes(12).toString('hex');

export function trailRepository(db: Kysely<Tables>, home: string, headFile: string): Trail {
  return {
    async append(event) {
      const key = await signingKey(home);
      const operation = newOperation();
      let row: TrailRow | undefined;
      let end: TrailEnd | undefined;
      await persist(async (again) => {
        if (again && row !== undefined && (await isDone(db, operation))) return;
        await db.transaction().execute(async (trx) => {
          end = await takeTrail(trx, operation, key);
          row = await end.append(event);
        });
      });
      await noteHead(headFile, end!.head);
      return row!;
    },
    async read(query = {}) {
      let select = db.selectFrom('events').selectAll();
      if (query.subject !== undefined) select = select.where('subject', '=', query.subject);
      if (query.until !== undefined) select = select.where('at', '<=', query.until);
      if (query.who !== undefined) select = select.where('who', '=', query.who);
      if (query.what !== undefined) select = select.where('what', 'in', query.what.length === 0 ? [''] : query.what);
      if (query.model !== undefined) select = select.where(isOfModel(query.model));
      if (query.after !== undefined) select = select.where('seq', '>', query.after);
      if (query.before !== undefined) select = select.where('seq', '<', query.before);
      if (query.last === undefined) return select.orderBy('seq').execute();
      return (await select.orderBy('seq', 'desc').limit(query.last).execute()).reverse();
    },
    async *rows() {
      for (let after = -1; ; ) {
        const page = await db
          .selectFrom('events')
          .selectAll()
          .where('seq', '>', after)
          .orderBy('seq')
          .limit(PAGE)
          .execute();
        if (page.length === 0) return;
        yield* page;
        after = page.at(-1)!.seq;
      }
    },
    witness: () => readHead(headFile),
    missingGuards: () => missingGuards(db),
  };
}

/** `skin`, or `skin@` and a part: a part holds no "@", so that `skin@x@3` is of the model `skin@x`. */
function isOfModel(model: string) {
  const prefix = `${model}@`;
  const part = sql<string>`substr(subject, ${sql.lit(prefix.length + 1)})`;
  return sql<boolean>`(subject = ${model} or (substr(subject, 1, ${sql.lit(prefix.length)}) = ${prefix} and replace(${part}, '@', '') = ${part}))`;
}

/** Where a home notes the end of the trail in its database: one file for each database that it works with. */
export function trailHeadFileOf(home: string, { kind, where }: Pick<Engine, 'kind' | 'where'>): string {
  const name = kind === 'sqlite' ? kind : `${kind}-${createHash('sha256').update(where).digest('hex').slice(0, 16)}`;
  return trailHeadFile(home, name);
}

/**
 * Notes the trail's end beside the database, so that an end that was cut off is missed. Never goes back: of two processes that note at
 * once the later event may be forgotten, and the next one repairs it.
 */
export async function noteHead(file: string, { seq, hash }: TrailHead): Promise<void> {
  const known = await readHead(file);
  if (seq === 0 || (known !== null && known.seq >= seq)) return;
  await writeFileAtomic(file, `${JSON.stringify({ seq, hash })}\n`);
}

/** Null when none was noted. Throws DATA_INVALID for a file that is no such note. */
async function readHead(file: string): Promise<TrailHead | null> {
  try {
    return TrailHead.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new OslerError('DATA_INVALID', `${file} is not a note of the audit trail's last event.`, { cause });
  }
}
