import type { Bundle } from '../../bundle/open.ts';
import { tinyBundle } from '../testing.ts';

/** For tests: a bundle that is told from others by its number; each gives answers of its own. */
export function numberedBundle(home: string, number: number): Promise<Bundle> {
  const run = String(number % 10).repeat(32);
  return tinyBundle(home, { run }, `tiny-${number}`, 100 + number);
}
