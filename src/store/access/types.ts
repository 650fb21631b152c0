import { z } from 'zod';
import type { Actor } from '../registry/types.ts';

/** What narrows a key's roles. */
export const KeyScope = z.strictObject({
  /** Only these of the roles' permissions; null: all of them. */
  only: z.array(z.string()).min(1).nullable(),
  /** Only these deployments; null: all. */
  deployments: z.array(z.string()).min(1).nullable(),
});
export type KeyScope = z.infer<typeof KeyScope>;

export interface NewKey {
  id: string;
  name: string;
  /** sha256 of the secret part, hex. */
  hash: string;
  roles: string[];
  scope: KeyScope;
  /** Milliseconds since 1970; null: never. */
  expiresAt: number | null;
}

export interface KeyRow extends NewKey {
  createdAt: number;
  createdBy: string;
  revokedAt: number | null;
  replacedBy: string | null;
  usedAt: number | null;
}

export interface SessionRow {
  hash: string;
  keyId: string | null;
  name: string;
  roles: string[];
  createdAt: number;
  expiresAt: number;
}

/** Keys and sessions. Secrets are never here, only what proves that somebody has one. */
export interface AccessStore {
  createKey(actor: Actor, key: NewKey): Promise<KeyRow>;
  /** A key in another's place; the old one ends at `oldEndsAt`, or before. Throws NOT_FOUND, USAGE for one that has ended. */
  replaceKey(actor: Actor, id: string, fresh: NewKey, oldEndsAt: number): Promise<KeyRow>;
  /** Ends a key and its sessions now. Throws NOT_FOUND, USAGE for one that was revoked already. */
  revokeKey(actor: Actor, id: string, why: string): Promise<KeyRow>;
  key(id: string): Promise<KeyRow | null>;
  /** Newest first, ended ones too. */
  keys(): Promise<KeyRow[]>;
  /** Whether any key could be used at this moment. */
  hasUsableKey(now: number): Promise<boolean>;
  /** Notes when a key was used; may be lost. */
  noteUse(id: string, at: number): Promise<void>;
  /** Begins one, and forgets those that have ended. */
  beginSession(session: SessionRow): Promise<void>;
  session(hash: string): Promise<SessionRow | null>;
  endSession(hash: string): Promise<void>;
  /** Ends all of a person, whatever they began with. Throws NOT_FOUND where there is none. @returns how many. */
  endSessionsOf(actor: Actor, name: string, why: string): Promise<number>;
}
