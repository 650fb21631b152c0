import { OslerError } from '../errors.ts';
import type { AccessStore, KeyRow } from '../store/access/types.ts';
import type { Actor } from '../store/registry/types.ts';
import { newKeyText } from './key-text.ts';
import { plainName } from './names.ts';
import { isRole, PERMISSIONS, type Permission, permissionsOf, ROLES, type Role } from './permission.ts';

export interface AskedKey {
  /** Of the person or system that will hold it. */
  name: string;
  roles: readonly string[];
  /** Only these of the roles' permissions. */
  only?: readonly string[] | undefined;
  /** Only these deployments. */
  deployments?: readonly string[] | undefined;
  /** Milliseconds since 1970; null: never. */
  expiresAt: number | null;
}

/** A key with its text, which nobody sees again. */
export interface MadeKey {
  key: KeyRow;
  text: string;
}

/** Throws USAGE for a name, role, permission or end that can't be. */
export async function createKey(store: { access: AccessStore }, actor: Actor, asked: AskedKey): Promise<MadeKey> {
  const name = checkName(asked.name);
  const roles = checkRoles(asked.roles);
  const only = checkOnly(asked.only, roles);
  const deployments = asked.deployments === undefined || asked.deployments.length === 0 ? null : [...asked.deployments];
  checkEnd(asked.expiresAt);
  const { id, hash, text } = newKeyText();
  const key = await store.access.createKey(actor, {
    id,
    name,
    hash,
    roles,
    scope: { only, deployments },
    expiresAt: asked.expiresAt,
  });
  return { key, text };
}

/**
 * Another key in a key's place, for the same holder with the same roles. The old one works until `graceMs` from now, so that
 * whoever uses it has time to change. Lives as long as the old one was meant to, unless `expiresAt` says otherwise.
 * Throws NOT_FOUND, USAGE.
 */
export async function rotateKey(
  store: { access: AccessStore },
  actor: Actor,
  id: string,
  { graceMs, expiresAt }: { graceMs: number; expiresAt?: number | null | undefined },
): Promise<MadeKey> {
  const old = await findKey(store, id);
  const now = Date.now();
  const end =
    expiresAt !== undefined ? expiresAt : old.expiresAt === null ? null : now + (old.expiresAt - old.createdAt);
  checkEnd(end);
  const { id: freshId, hash, text } = newKeyText();
  const fresh = { id: freshId, name: old.name, hash, roles: old.roles, scope: old.scope, expiresAt: end };
  return { key: await store.access.replaceKey(actor, old.id, fresh, now + graceMs), text };
}

/** Ends a key, and what was begun with it, now. Throws NOT_FOUND, USAGE. */
export async function revokeKey(
  store: { access: AccessStore },
  actor: Actor,
  id: string,
  why: string,
): Promise<KeyRow> {
  if (why.trim() === '') throw new OslerError('USAGE', 'Say why, for the audit trail.');
  const { id: found } = await findKey(store, id);
  return store.access.revokeKey(actor, found, why);
}

/** By its id, or by the key's text where somebody has nothing else. Throws NOT_FOUND. */
export async function findKey(store: { access: AccessStore }, idOrText: string): Promise<KeyRow> {
  const id = /^osler_([0-9a-z]{10})(?:_|$)/.exec(idOrText)?.[1] ?? idOrText;
  const row = await store.access.key(id);
  if (row !== null) return row;
  throw new OslerError('NOT_FOUND', `There is no key "${id.slice(0, 40)}".`, { hint: 'List them: osler keys list' });
}

export type KeyState = 'valid' | 'expired' | 'revoked';

export function stateOf({ revokedAt, expiresAt }: KeyRow, now = Date.now()): KeyState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'valid';
}

/** What a key allows: its roles' permissions, as far as its scope leaves them. Roles that this Osler does not know allow nothing. */
export function permissionsOfKey({ roles, scope }: Pick<KeyRow, 'roles' | 'scope'>): Permission[] {
  const granted = permissionsOf(roles.filter(isRole));
  const { only } = scope;
  return only === null ? granted : granted.filter((one) => one === 'public' || only.includes(one));
}

function checkName(text: string): string {
  const name = text.trim();
  if (name !== '' && name === plainName(text)) return name;
  throw new OslerError('USAGE', 'A key needs the name of whom it is for.', {
    hint: `At most 200 letters in one line: osler keys create "Dr. Ada Lovelace" --role clinician`,
  });
}

function checkRoles(roles: readonly string[]): Role[] {
  const unknown = roles.find((role) => !isRole(role));
  if (unknown === undefined && roles.length > 0) return [...new Set(roles.filter(isRole))];
  const what = unknown === undefined ? 'A key needs a role.' : `There is no role "${unknown}".`;
  throw new OslerError('USAGE', what, { hint: `Roles: ${ROLES.join(', ')}.` });
}

function checkOnly(only: readonly string[] | undefined, roles: readonly Role[]): string[] | null {
  if (only === undefined || only.length === 0) return null;
  const allowed = permissionsOf(roles);
  const unknown = only.find((one) => !(PERMISSIONS as readonly string[]).includes(one) || one === 'public');
  if (unknown !== undefined) {
    throw new OslerError('USAGE', `There is no permission "${unknown}".`, {
      hint: `Permissions: ${PERMISSIONS.filter((one) => one !== 'public').join(', ')}.`,
    });
  }
  const beyond = only.find((one) => !allowed.includes(one as Permission));
  if (beyond === undefined) return [...new Set(only)];
  throw new OslerError('USAGE', `No role of this key allows "${beyond}".`, {
    hint: `${roles.join(', ')}: ${allowed.filter((one) => one !== 'public').join(', ')}.`,
  });
}

function checkEnd(expiresAt: number | null): void {
  if (expiresAt === null || (Number.isSafeInteger(expiresAt) && expiresAt > Date.now())) return;
  throw new OslerError('USAGE', 'A key can not end before it begins.');
}
