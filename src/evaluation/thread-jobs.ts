/** The thread of `Measuring`: does one of its jobs after the other. */
import { answerRequests } from '../threads/thread-side.ts';
import { compare } from './comparison/compare.ts';
import { evaluate } from './evaluate.ts';
import { measure } from './measure.ts';
import { exposureOf, subgroupsOf } from './repeats/apart.ts';
import { spreads } from './repeats/measure.ts';
import { measureSubgroups } from './subgroups/measure-subgroups.ts';

export const JOBS = { evaluate, compare, measure, measureSubgroups, spreads, exposureOf, subgroupsOf };

answerRequests(async ({ job, args }: { job: keyof typeof JOBS; args: never }) => {
  const work: (...args: never) => unknown = JOBS[job];
  return { response: work(...(args as unknown as Parameters<typeof work>)) };
});
