import { OslerError } from '../errors.ts';
import type { AccessStore, KeyRow, SessionRow } from '../store/access/types.ts';
import type { Caller } from './caller.ts';
import { hashOf, isKeyLike, isSecretOf, parseKeyText } from './key-text.ts';
import { permissionsOfKey, stateOf } from './keys.ts';
import type { TokenVerifier } from './oidc.ts';
import { isRole, permissionsOf } from './permission.ts';
import { findSession } from './sessions.ts';

/** What came with a request. */
export interface Credentials {
  kind: 'bearer' | 'session';
  text: string;
}

export interface AuthenticatorOptions {
  access: AccessStore;
  tokens?: TokenVerifier | undefined;
  /** Something went wrong that keeps nobody out: the store is away and known credentials go on. */
  onTrouble?: (error: unknown) => void;
  now?: () => number;
}

/** A revoked key, or an ended session, is refused after this at the latest, on every server of the store. */
const FRESH_MS = 3_000;
const TOKEN_FRESH_MS = 30_000;
const MOST_KNOWN = 10_000;
const USE_NOTED_MS = 60_000;

interface Known {
  caller: Caller;
  /** Asked again after this. */
  fresh: number;
  /** Not valid after this, whatever happens. */
  until: number;
}

/**
 * Tells who sends a request, by API key, bearer token or session. What was found counts for a few seconds without asking again; while
 * the store is away what is known goes on until its own end, so that a clinic's predictions don't stop with its database.
 */
export class Authenticator {
  private readonly known = new Map<string, Known>();
  private readonly noted = new Map<string, number>();
  private readonly access: AccessStore;
  private readonly tokens: TokenVerifier | undefined;
  private readonly onTrouble: (error: unknown) => void;
  private readonly now: () => number;

  constructor({ access, tokens, onTrouble = () => {}, now = Date.now }: AuthenticatorOptions) {
    this.access = access;
    this.tokens = tokens;
    this.onTrouble = onTrouble;
    this.now = now;
  }

  /** Somebody who was let in before and may be still: costs nothing to ask. */
  recent(credentials: Credentials): Caller | null {
    const known = this.known.get(idOf(credentials));
    return known !== undefined && known.until > this.now() ? known.caller : null;
  }

  /**
   * Throws UNAUTHENTICATED for credentials that are not valid: the same words for an unknown key and a wrong secret. STORE_FAILED or
   * OVERLOADED where nobody can say at the moment.
   */
  async authenticate(credentials: Credentials): Promise<Caller> {
    const id = idOf(credentials);
    const known = this.known.get(id);
    const now = this.now();
    if (known !== undefined && known.fresh > now && known.until > now) return known.caller;
    let found: Known;
    try {
      found = await this.look(credentials, now);
    } catch (error) {
      const denied = error instanceof OslerError && error.code === 'UNAUTHENTICATED';
      if (!denied && known !== undefined && known.until > now) {
        this.onTrouble(error);
        known.fresh = now + FRESH_MS;
        return known.caller;
      }
      this.known.delete(id);
      if (denied || (error instanceof OslerError && error.code !== 'STORE_FAILED')) throw error;
      throw new OslerError('OVERLOADED', "The store can't say at the moment whether these credentials are valid.", {
        hint: 'Try again in a moment.',
        cause: error,
      });
    }
    if (this.known.size >= MOST_KNOWN) this.known.delete(this.known.keys().next().value!);
    this.known.set(id, found);
    return found.caller;
  }

  /** Of a key's text: its row, where it is valid now. Throws UNAUTHENTICATED. */
  async keyOf(text: string): Promise<KeyRow> {
    const parsed = parseKeyText(text);
    const row = parsed === null ? null : await this.access.key(parsed.id);
    // Compared even where there is no row, so that the time it takes tells nothing.
    const right = isSecretOf(parsed?.secret ?? '', row?.hash ?? '0'.repeat(64));
    if (row === null || !right) throw denied('The key is not valid.');
    const state = stateOf(row, this.now());
    if (state === 'revoked') throw denied('The key was revoked.');
    if (state === 'expired') throw denied('The key has expired.');
    return row;
  }

  /** A session that was ended here is over here at once. */
  forget(credentials: Credentials): void {
    this.known.delete(idOf(credentials));
  }

  private look({ kind, text }: Credentials, now: number): Promise<Known> {
    if (kind === 'session') return this.bySession(text, now);
    if (isKeyLike(text)) return this.byKey(text, now);
    if (this.tokens !== undefined && text.split('.').length === 3) return this.byToken(this.tokens, text, now);
    return Promise.reject(denied('The credentials are no key of this server.'));
  }

  private async byKey(text: string, now: number): Promise<Known> {
    const row = await this.keyOf(text);
    this.noteUse(row.id, now);
    const until = row.expiresAt ?? Number.MAX_SAFE_INTEGER;
    return { caller: callerOfKey(row, 'key'), fresh: now + FRESH_MS, until };
  }

  private async byToken(tokens: TokenVerifier, text: string, now: number): Promise<Known> {
    const { name, subject, roles, expiresAt } = await tokens.verify(text);
    const caller: Caller = {
      name,
      permissions: permissionsOf(roles),
      how: 'token',
      id: `token ${subject}`,
      deployments: null,
    };
    return { caller, fresh: now + TOKEN_FRESH_MS, until: expiresAt };
  }

  private async bySession(text: string, now: number): Promise<Known> {
    const row = await findSession(this.access, text);
    if (row === null || row.expiresAt <= now) throw denied('You are signed out.');
    const known = { fresh: now + FRESH_MS, until: row.expiresAt };
    if (row.keyId === null) return { caller: callerOfSession(row), ...known };
    const key = await this.access.key(row.keyId);
    if (key === null || stateOf(key, now) !== 'valid') throw denied('You are signed out: the key has ended.');
    return { caller: callerOfKey(key, 'session'), ...known };
  }

  private noteUse(id: string, now: number): void {
    if (now - (this.noted.get(id) ?? 0) < USE_NOTED_MS) return;
    if (this.noted.size >= MOST_KNOWN) this.noted.clear();
    this.noted.set(id, now);
    this.access.noteUse(id, now).catch(this.onTrouble);
  }
}

function callerOfKey(row: KeyRow, how: 'key' | 'session'): Caller {
  const { id, name, scope } = row;
  return { name, permissions: permissionsOfKey(row), how, id: `key ${id}`, deployments: scope.deployments };
}

function callerOfSession({ hash, name, roles }: SessionRow): Caller {
  const permissions = permissionsOf(roles.filter(isRole));
  return { name, permissions, how: 'session', id: `session ${hash.slice(0, 12)}`, deployments: null };
}

/** Kept by their hash: a dump of this process's memory holds no key longer than its request. */
const idOf = ({ kind, text }: Credentials): string => `${kind} ${hashOf(text)}`;

function denied(message: string): OslerError {
  return new OslerError('UNAUTHENTICATED', message, { hint: 'Keys are made by osler keys create.' });
}
