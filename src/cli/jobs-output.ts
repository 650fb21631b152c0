import { jobTargetName } from '../pipeline/jobs/begin.ts';
import { JobSource } from '../pipeline/jobs/source.ts';
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
export function jobDocument(job: JobRecord, idle = false): Record<string, unknown> {
  const { fingerprint: _, createdAt, startedAt, endedAt, ...rest } = job;
  const at = (moment: number | null) => (moment === null ? null : time(moment));
  return { ...rest, idle, createdAt: at(createdAt), startedAt: at(startedAt), endedAt: at(endedAt) };
}

/** @param idle under way by its state, though nobody works on it. */
export const stateWords = ({ state }: JobRecord, idle = false): string => (idle ? 'stopped' : state);

export const paintState = ({ state }: JobRecord, idle: boolean, words: string): string =>
  idle ? pc.yellow(words) : PAINT[state](words);

export function jobLines(job: JobRecord, idle = false): string[] {
  const { id, name, done, total, failed, error, who, createdAt, source } = job;
  return [
    `${pc.cyan(id.slice(0, 12))}  ${paintState(job, idle, stateWords(job, idle))}  ${done} of ${total}${failed > 0 ? pc.yellow(`, ${failed} with an error`) : ''}`,
    `  ${name} by ${jobTargetName(job)}, ${shortTime(time(createdAt))} by ${who}`,
    ...(error === null ? [] : [`  ${pc.yellow(error)}`]),
    ...(idle ? [`  Nobody works on it now. ${whoGoesOn(id, JobSource.parse(source))}`] : []),
  ];
}

function whoGoesOn(id: string, { kind }: JobSource): string {
  return kind === 'upload'
    ? 'A server goes on with it once it runs, or osler jobs work.'
    : `Go on with it: osler score --job ${id.slice(0, 12)}`;
}
