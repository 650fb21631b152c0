import { createHash } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import { canonicalJson } from '../canonical.ts';
import { persist } from '../engine.ts';
import type { Tables } from '../schema.ts';
import { changeWithTrail } from '../trail-change.ts';
import { type AccessStore, type KeyRow, KeyScope, type NewKey, type SessionRow } from './types.ts';

export function accessRepository(db: Kysely<Tables>, home: string, headFile: string): AccessStore {
  return {
    createKey: (actor, fresh) =>
      changeWithTrail(db, home, headFile, async (trx, end) => {
        const at = Date.parse(end.at);
        await insertKey(trx, fresh, at, actor.who);
        await end.append({ ...actor, what: 'key.create', subject: subjectOf(fresh.id), after: factsOf(fresh) });
        return (await readKey(trx, fresh.id))!;
      }),
    replaceKey: (actor, id, fresh, oldEndsAt) =>
      changeWithTrail(db, home, headFile, async (trx, end) => {
        const at = Date.parse(end.at);
        const old = await existing(trx, id);
        refuseEnded(old, at);
        const endsAt = Math.min(oldEndsAt, old.expiresAt ?? oldEndsAt);
        await insertKey(trx, fresh, at, actor.who);
        await trx
          .updateTable('api_keys')
          .set({ replaced_by: fresh.id, expires_at: endsAt })
          .where('id', '=', id)
          .execute();
        await end.append({
          ...actor,
          what: 'key.rotate',
          subject: subjectOf(id),
          before: factsOf(old),
          after: { ...factsOf(fresh), key: fresh.id, oldEndsAt: moment(endsAt) },
        });
        return (await readKey(trx, fresh.id))!;
      }),
    revokeKey: (actor, id, why) =>
      changeWithTrail(db, home, headFile, async (trx, end) => {
        const old = await existing(trx, id);
        if (old.revokedAt !== null) throw new OslerError('USAGE', `Key ${id} was revoked already.`);
        await trx
          .updateTable('api_keys')
          .set({ revoked_at: Date.parse(end.at) })
          .where('id', '=', id)
          .execute();
        await trx.deleteFrom('sessions').where('key_id', '=', id).execute();
        await end.append({ ...actor, what: 'key.revoke', subject: subjectOf(id), why, before: factsOf(old) });
        return (await readKey(trx, id))!;
      }),
    key: (id) => readKey(db, id),
    async keys() {
      const rows = await db
        .selectFrom('api_keys')
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .execute();
      return rows.map(keyRow);
    },
    async hasUsableKey(now) {
      const row = await db
        .selectFrom('api_keys')
        .select('id')
        .where('revoked_at', 'is', null)
        .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
    async noteUse(id, at) {
      await db.updateTable('api_keys').set({ used_at: at }).where('id', '=', id).execute();
    },
    beginSession: ({ hash, keyId, name, roles, createdAt, expiresAt }) =>
      persist(async () => {
        await db.deleteFrom('sessions').where('expires_at', '<=', createdAt).execute();
        const values = {
          key_id: keyId,
          name,
          roles: canonicalJson(roles),
          created_at: createdAt,
          expires_at: expiresAt,
        };
        await db
          .insertInto('sessions')
          .values({ hash, ...values })
          .onConflict((conflict) => conflict.column('hash').doNothing())
          .execute();
      }),
    async session(hash) {
      const row = await db.selectFrom('sessions').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row === undefined ? null : sessionRow(row);
    },
    async endSession(hash) {
      await db.deleteFrom('sessions').where('hash', '=', hash).execute();
    },
    endSessionsOf: (actor, name, why) =>
      changeWithTrail(db, home, headFile, async (trx, end) => {
        const { numDeletedRows } = await trx.deleteFrom('sessions').where('name', '=', name).executeTakeFirstOrThrow();
        const sessions = Number(numDeletedRows);
        if (sessions === 0) throw new OslerError('NOT_FOUND', `Nobody called "${name}" is signed in.`);
        await end.append({ ...actor, what: 'session.end', subject: `person ${name}`, why, before: { sessions } });
        return sessions;
      }),
  };
}

const subjectOf = (id: string): string => `key ${id}`;
const moment = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** Tells whether a key's hash is the one it was made with, where the hash itself should not be. */
export function printOfHash(hash: string): string {
  return createHash('sha256').update(`osler key ${hash}`).digest('hex').slice(0, 16);
}

/** What the trail tells of a key; never its hash. */
function factsOf({ name, roles, scope, expiresAt, hash }: NewKey): object {
  return { name, roles, scope, expires: moment(expiresAt), print: printOfHash(hash) };
}

async function insertKey(db: Kysely<Tables>, key: NewKey, at: number, by: string): Promise<void> {
  const { id, name, hash, roles, scope, expiresAt } = key;
  await db
    .insertInto('api_keys')
    .values({
      id,
      name,
      hash,
      roles: canonicalJson(roles),
      scope: canonicalJson(KeyScope.parse(scope)),
      created_at: at,
      created_by: by,
      expires_at: expiresAt,
      revoked_at: null,
      replaced_by: null,
      used_at: null,
    })
    .execute();
}

async function readKey(db: Kysely<Tables>, id: string): Promise<KeyRow | null> {
  const row = await db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : keyRow(row);
}

async function existing(db: Kysely<Tables>, id: string): Promise<KeyRow> {
  const row = await readKey(db, id);
  if (row !== null) return row;
  throw new OslerError('NOT_FOUND', `There is no key "${id}".`, { hint: 'List them: osler keys list' });
}

function refuseEnded({ id, revokedAt, expiresAt, replacedBy }: KeyRow, now: number): void {
  const what =
    revokedAt !== null
      ? 'was revoked'
      : replacedBy !== null
        ? `was replaced by ${replacedBy} already`
        : expiresAt !== null && expiresAt <= now
          ? 'has expired'
          : null;
  if (what !== null)
    throw new OslerError('USAGE', `Key ${id} ${what}.`, { hint: 'Make a new one: osler keys create --help' });
}

const Names = z.array(z.string());

function keyRow(row: Selectable<Tables['api_keys']>): KeyRow {
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    roles: Names.parse(JSON.parse(row.roles)),
    scope: KeyScope.parse(JSON.parse(row.scope)),
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    replacedBy: row.replaced_by,
    usedAt: row.used_at,
  };
}

function sessionRow(row: Selectable<Tables['sessions']>): SessionRow {
  return {
    hash: row.hash,
    keyId: row.key_id,
    name: row.name,
    roles: Names.parse(JSON.parse(row.roles)),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
