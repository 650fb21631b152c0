/** For tests: work in a thread of its own that counts, fails, waits to be stopped, or ends without a word. */
import { setTimeout as sleep } from 'node:timers/promises';
import { OslerError } from '../errors.ts';
import { performTask } from './task-side.ts';

export type TestWork = 'count' | 'fail' | 'wait' | 'deaf' | 'vanish';

performTask<TestWork, string>(async (work, { onProgress, signal }) => {
  if (work === 'fail') throw new OslerError('NOT_FOUND', 'There is no such thing.', { hint: 'Look elsewhere.' });
  if (work === 'vanish') process.exit(0);
  if (work === 'count') for (let done = 0; done <= 1_000; done++) onProgress({ task: 'counting', done, total: 1_000 });
  if (work === 'deaf') await sleep(60_000);
  while (work === 'wait') {
    signal.throwIfAborted();
    onProgress({ task: 'waiting', done: 0 });
    await sleep(5);
  }
  return work;
});
