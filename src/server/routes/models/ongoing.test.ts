import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OslerError } from '../../../errors.ts';
import { Ongoing } from './ongoing.ts';

test('work is begun once, one after the other, and its result remembered', async () => {
  const ongoing = new Ongoing<number>();
  const order: string[] = [];
  const slow =
    (name: string, result: number) => async (_: AbortSignal, tell: (p: { task: string; done: number }) => void) => {
      order.push(`${name} begins`);
      tell({ task: name, done: 1 });
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
      return result;
    };
  assert.equal(ongoing.state('a'), null);
  assert.deepEqual(ongoing.start('a', slow('a', 1)), { state: 'running', progress: null });
  ongoing.start('b', slow('b', 2));
  ongoing.start('a', slow('again', 9));
  assert.deepEqual([await ongoing.result('b'), await ongoing.result('a')], [2, 1]);
  assert.deepEqual(order, ['a begins', 'a ends', 'b begins', 'b ends']);
  assert.deepEqual(ongoing.start('a', slow('again', 9)), { state: 'done', result: 1 });
});

test('what failed says why and may be begun again; what was cancelled is as if it had not begun', async () => {
  const ongoing = new Ongoing<number>();
  ongoing.start('a', async () => {
    throw new OslerError('NOT_FOUND', 'no dataset');
  });
  await assert.rejects(ongoing.result('a'), { code: 'NOT_FOUND' });
  assert.deepEqual(ongoing.state('a'), { state: 'failed', error: { code: 'NOT_FOUND', message: 'no dataset' } });
  ongoing.start('a', async () => 7);
  assert.equal(await ongoing.result('a'), 7);
  assert.equal(ongoing.cancel('a'), false, 'it is done');

  const until = (signal: AbortSignal) =>
    new Promise<number>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  ongoing.start('long', until);
  ongoing.start('next', async () => 8);
  await new Promise((resolve) => setImmediate(resolve));
  const waiting = assert.rejects(ongoing.result('long'), { code: 'INTERRUPTED' });
  assert.equal(ongoing.cancel('long'), true);
  assert.equal(ongoing.state('long'), null);
  await waiting;
  assert.equal(await ongoing.result('next'), 8, 'what waited goes on');
  ongoing.start('last', until);
  await ongoing.close();
  assert.equal(ongoing.state('last'), null);
});
