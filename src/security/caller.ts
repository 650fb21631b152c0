import type { Permission } from './permission.ts';

/** How a caller proved who they are. `local`: nothing to prove, on loopback of a server without authentication. */
export type Proof = 'local' | 'key' | 'token' | 'session' | 'none';

/** Who sends a request, as the audit trail names them. */
export interface Caller {
  name: string;
  permissions: readonly Permission[];
  how: Proof;
}

/** Somebody who proved nothing: what is public, no more. */
export const STRANGER: Caller = Object.freeze({
  name: 'anonymous',
  permissions: Object.freeze(['public']),
  how: 'none',
}) as Caller;
