import { jobTargetName } from '../pipeline/jobs/begin.ts';
import type { JobRecord, JobState } from '../store/jobs/types.ts';
import pc from './colours.ts';
import { shortTime, time } from './models-output.ts';

const PAINT: Record<JobState, (text: string) => string> = {
  receiving: pc.dim,
  waiting: pc.dim,
  running: pc.cyan,
  finished: pc.green,
  failed: pc.red,
  cancelled: pc.yellow,
};

/** What `--json` prints of a job. */
export function jobDocument(job: JobRecord): Record<string, unknown> {
  const { fingerprint: _, createdAt, startedAt, endedAt, ...rest } = job;
  const at = (moment: number | null) => (moment === null ? null : time(moment));
  return { ...rest, createdAt: at(createdAt), startedAt: at(startedAt), endedAt: at(endedAt) };
}

export const stateWords = ({ state }: JobRecord): string => PAINT[state](state);

export function jobLines(job: JobRecord): string[] {
  const { id, name, done, total, failed, error, who, createdAt } = job;
  return [
    `${pc.cyan(id.slice(0, 12))}  ${stateWords(job)}  ${done} of ${total}${failed > 0 ? pc.yellow(`, ${failed} with an error`) : ''}`,
    `  ${name} by ${jobTargetName(job)}, ${shortTime(time(createdAt))} by ${who}`,
    ...(error === null ? [] : [`  ${pc.yellow(error)}`]),
  ];
}
