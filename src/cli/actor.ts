import { processEnvironment } from '../config/environment.ts';
import type { Actor } from '../store/registry/types.ts';

/** Who acts on the command line, for the audit trail: the person, and the account that the operating system knows. */
export function actor(): Actor {
  const { user, account } = processEnvironment();
  return { who: user, via: `${account} on the command line` };
}
