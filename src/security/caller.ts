import type { Permission } from './permission.ts';

/** How a caller proved who they are. `local`: nothing to prove, on loopback; `delegated`: something in front of the server did it. */
export type Proof = 'local' | 'key' | 'token' | 'session' | 'delegated' | 'none';

/** Who sends a request, as the audit trail names them. */
export interface Caller {
  name: string;
  permissions: readonly Permission[];
  how: Proof;
  /** Of the credentials, and no secret: what is counted for limits, and what logs may name. */
  id: string;
  /** Only these deployments may answer; null: all. */
  deployments: readonly string[] | null;
}

/** Somebody who proved nothing: what is public, no more. */
export const STRANGER: Caller = Object.freeze({
  name: 'anonymous',
  permissions: Object.freeze(['public'] as const),
  how: 'none',
  id: 'none',
  deployments: null,
});
