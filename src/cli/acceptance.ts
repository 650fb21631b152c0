import { userInfo } from 'node:os';
import type { Acceptance } from '../data/sample.ts';
import { OslerError } from '../errors.ts';

/** Who takes a leak on themselves, why and when. Throws USAGE for an empty reason. */
export function acceptance(reason: string): Acceptance {
  if (reason.trim() === '') {
    throw new OslerError('USAGE', 'Leaks are accepted for a reason, and none was given.', {
      hint: '--accept-leaks "published benchmark, compared with papers that used this split"',
    });
  }
  return { reason: reason.trim(), by: userInfo().username, at: new Date().toISOString() };
}
