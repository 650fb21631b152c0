/** The thread of `Measuring`: does one of its jobs after the other. */
import { answerRequests } from '../threads/thread-side.ts';
import { compare } from './comparison/compare.ts';
import { evaluate } from './evaluate.ts';
import { measure } from './measure.ts';
import { spreads } from './repeats/measure.ts';

export const JOBS = { evaluate, compare, measure, spreads };

answerRequests(async ({ job, args }: { job: keyof typeof JOBS; args: never }) => {
  const work: (...args: never) => unknown = JOBS[job];
  return { response: work(...(args as unknown as Parameters<typeof work>)) };
});
