import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testManifest } from '../bundle/testing.ts';
import { OslerError } from '../errors.ts';
import { PixelPool } from './pixel-pool.ts';
import type { Priority } from './priority.ts';
import { picture } from './testing.ts';

const { preprocess: spec } = testManifest();
const image = await picture(1);
const pool = new PixelPool(1);
after(() => pool.close());

test('what takes long goes by priority too, and what nobody wants any more is left before its turn', async () => {
  const order: string[] = [];
  const run = (name: string, priority: Priority, wanted?: AbortSignal) =>
    pool.run({ image, spec }, { priority, wanted, begun: () => void order.push(name) });
  const gone = new AbortController();
  const reason = new OslerError('INTERRUPTED', 'gone');
  const left = assert.rejects(
    run('first', 'low').then(() => run('at once', 'high', gone.signal)),
    reason,
  );
  const all = [run('second', 'low'), run('low', 'low'), run('normal', 'normal'), run('high', 'high')];
  const waiting = assert.rejects(run('left', 'high', gone.signal), reason);
  assert.deepEqual(order, ['first', 'second'], 'a thread has two of them');
  gone.abort(reason);
  await Promise.all([left, waiting, ...all]);
  assert.deepEqual(order, ['first', 'second', 'high', 'normal', 'low']);
});
