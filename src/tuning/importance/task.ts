import { performTask } from '../../threads/task-side.ts';
import { compileSpace } from '../space.ts';
import { fanova } from './fanova.ts';
import type { ImportanceAsked } from './in-thread.ts';

/** The thread's side of `importanceInThread`. */
performTask(async ({ space, trials, seed }: ImportanceAsked) => fanova(compileSpace(space), trials, seed));
