import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { OslerError } from '../../errors.ts';
import type { Priority } from '../priority.ts';
import { Gate, RefusedError } from './gate.ts';

/** A gate whose work is ended by hand. */
function handled(concurrency: number, queue: number) {
  const gate = new Gate({ concurrency, queue });
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const enter = (name: string, priority: Priority = 'normal', deadlineMs = 60_000) =>
    gate.run(
      () => {
        order.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      },
      { priority, deadlineMs },
    );
  const end = async (): Promise<void> => {
    ends.shift()!();
    await sleep(0);
  };
  return { gate, order, enter, end };
}

test('so many at once, others by priority and then in their order', async () => {
  const { gate, order, enter, end } = handled(2, 10);
  const all = [enter('a'), enter('b'), enter('low', 'low'), enter('c'), enter('high', 'high'), enter('d')];
  await sleep(0);
  assert.deepEqual([gate.active, gate.waiting, order], [2, 4, ['a', 'b']]);
  for (let i = 0; i < 6; i++) await end();
  await Promise.all(all);
  assert.deepEqual(order, ['a', 'b', 'high', 'c', 'd', 'low']);
  assert.deepEqual([gate.active, gate.waiting], [0, 0]);
});

test('a full queue refuses at once and says when to come back; higher priority takes the last lower place', async () => {
  const { gate, order, enter, end } = handled(1, 2);
  const first = enter('a');
  const normal = enter('b');
  const low = assert.rejects(
    enter('low', 'low'),
    (error) => error instanceof RefusedError && error.code === 'QUEUE_FULL',
  );
  await assert.rejects(enter('late', 'low'), (error) => error instanceof RefusedError && error.retryAfter >= 1);
  const high = enter('high', 'high');
  await low;
  await assert.rejects(enter('late'), RefusedError);
  assert.equal(new RefusedError('x', 1).httpStatus, 429);
  for (let i = 0; i < 3; i++) await end();
  await Promise.all([first, normal, high]);
  assert.deepEqual(order, ['a', 'high', 'b']);
  assert.equal(gate.waiting, 0);
});

test('what would not be reached in time is refused at once', async () => {
  const { gate, enter, end } = handled(1, 10);
  const slow = enter('slow');
  await sleep(80);
  await end();
  await slow;
  // One takes about 80 ms: with two ahead 100 ms are too little.
  const busy = [enter('c'), enter('d')];
  await assert.rejects(
    enter('e', 'normal', 100),
    (error) => error instanceof RefusedError && /longer than/.test(error.message),
  );
  await end();
  await end();
  await Promise.all(busy);
  assert.deepEqual([gate.active, gate.waiting], [0, 0]);
});

test('work that fails gives its place back', async () => {
  const { gate, enter, end } = handled(1, 1);
  await assert.rejects(
    gate.run(() => Promise.reject(new Error('no')), { priority: 'normal', deadlineMs: 1_000 }),
    /no/,
  );
  const next = enter('a');
  await end();
  await next;
  gate.change({ concurrency: 2, queue: 0 });
  const two = [enter('b'), enter('c')];
  await assert.rejects(enter('d'), RefusedError);
  await end();
  await end();
  await Promise.all(two);
});

test('work that nobody wants any more leaves its place in the queue, and is not begun', async () => {
  const { gate, order, enter, end } = handled(1, 1);
  const first = enter('a');
  const gone = new AbortController();
  const turn = { priority: 'normal' as const, deadlineMs: 60_000, wanted: gone.signal };
  const left = gate.run(async () => void order.push('left'), turn);
  const reason = new OslerError('INTERRUPTED', 'gone');
  gone.abort(reason);
  await assert.rejects(left, reason);
  const next = enter('b');
  await assert.rejects(
    gate.run(async () => void order.push('late'), turn),
    reason,
  );
  await end();
  await end();
  await Promise.all([first, next]);
  assert.deepEqual([order, gate.active, gate.waiting], [['a', 'b'], 0, 0]);
});
