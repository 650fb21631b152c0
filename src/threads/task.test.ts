import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Progress } from '../progress.ts';
import { runTask } from './task.ts';
import type { TestWork } from './testing-task.ts';

const FILE = new URL('./testing-task.ts', import.meta.url);
const run = (work: TestWork, deps = {}) => runTask<TestWork, string>(FILE, work, deps);

test('work in a thread answers, tells where it is without drowning its caller, and fails in its own words', async () => {
  const told: Progress[] = [];
  assert.equal(await run('count', { onProgress: (progress: Progress) => told.push(progress) }), 'count');
  assert.ok(told.length >= 2 && told.length < 100, String(told.length));
  assert.deepEqual(told.at(-1), { task: 'counting', done: 1_000, total: 1_000 });
  await assert.rejects(run('fail'), { code: 'NOT_FOUND', message: 'There is no such thing.', hint: 'Look elsewhere.' });
  await assert.rejects(run('vanish'), { code: 'ENGINE_FAILED' });
});

test('it is stopped, before it began as well, and where it does not listen', async (t) => {
  const controller = new AbortController();
  const waiting = run('wait', { signal: controller.signal, onProgress: () => controller.abort() });
  await assert.rejects(waiting, { code: 'INTERRUPTED' });
  await assert.rejects(run('count', { signal: controller.signal }), { code: 'INTERRUPTED' });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const late = new AbortController();
  const deaf = run('deaf', { signal: late.signal });
  late.abort();
  t.mock.timers.tick(5_000);
  await assert.rejects(deaf, { code: 'INTERRUPTED' });
});
