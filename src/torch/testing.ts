import assert from 'node:assert/strict';
import { memory } from './runtime.ts';

/**
 * Asserts that `fn` leaves no tensor and no byte behind. It runs twice, since a first run may fill caches that stay (weights of an
 * optimiser, LibTorch's own constants); the second must end as it began.
 */
export function expectNoLeak(fn: () => void): void {
  fn();
  const before = memory();
  fn();
  const after = memory();
  assert.equal(after.count - before.count, 0, `${after.count - before.count} tensors were left behind`);
  assert.equal(after.bytes - before.bytes, 0, `${after.bytes - before.bytes} bytes were left behind`);
}
