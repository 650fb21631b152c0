import { randomBytes } from 'node:crypto';
import type { AccessStore, KeyRow, SessionRow } from '../store/access/types.ts';
import { hashOf } from './key-text.ts';
import type { Identity } from './oidc.ts';

/** Somebody signed in to the page: what the cookie holds, and until when. */
export interface BegunSession {
  /** 256 random bits; the store has their hash alone. */
  token: string;
  expiresAt: number;
}

/** With a key: ends with it at the latest. */
export function beginKeySession(access: AccessStore, key: KeyRow, hours: number): Promise<BegunSession> {
  return begin(access, { keyId: key.id, name: key.name, roles: key.roles, hours, end: key.expiresAt });
}

/** After an identity provider vouched for somebody. */
export function beginIdentitySession(access: AccessStore, identity: Identity, hours: number): Promise<BegunSession> {
  return begin(access, { keyId: null, name: identity.name, roles: identity.roles, hours, end: null });
}

export function findSession(access: AccessStore, token: string): Promise<SessionRow | null> {
  return access.session(hashOf(token));
}

export function endSession(access: AccessStore, token: string): Promise<void> {
  return access.endSession(hashOf(token));
}

async function begin(
  access: AccessStore,
  {
    keyId,
    name,
    roles,
    hours,
    end,
  }: Pick<SessionRow, 'keyId' | 'name' | 'roles'> & { hours: number; end: number | null },
): Promise<BegunSession> {
  const token = randomBytes(32).toString('base64url');
  const createdAt = Date.now();
  const expiresAt = Math.min(createdAt + Math.round(hours * 3_600_000), end ?? Number.MAX_SAFE_INTEGER);
  await access.beginSession({ hash: hashOf(token), keyId, name, roles, createdAt, expiresAt });
  return { token, expiresAt };
}
