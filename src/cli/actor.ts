import { processEnvironment } from '../config/environment.ts';
import { OslerError } from '../errors.ts';
import type { Actor } from '../store/registry/types.ts';
import { inLine } from './printable.ts';

const LONGEST = 200;

/** Who acts on the command line, for the audit trail: the person, and the account that the operating system knows. Throws USAGE. */
export function actor(): Actor {
  const { user, account } = processEnvironment();
  if (user.length > LONGEST || inLine(user) !== user) {
    throw new OslerError('USAGE', `OSLER_USER is no name: "${inLine(user.slice(0, 40))}".`, {
      hint: `A name of at most ${LONGEST} letters, without line ends and other signs that steer a terminal.`,
    });
  }
  return { who: user, via: `${account} on the command line` };
}
