/** The process that trains: takes one job from its parent, reports, and ends. See launch.ts. */
import { OslerError } from '../errors.ts';
import { loadEngine } from '../torch/native.ts';
import type { Job, Results, ToChild, ToParent } from './messages.ts';
import { findRate, inferRun, trainRun, type WorkReports } from './work.ts';

let stopAsked = false;
let stop: (() => void) | undefined;
let onAnswer: ((proceed: boolean) => void) | undefined;

function askToStop(): void {
  stopAsked = true;
  stop?.();
}

// Ctrl-C reaches the whole group: the parent decides and tells, this process finishes its step first.
process.on('SIGINT', askToStop);
process.on('SIGTERM', askToStop);
// A training must not outlive who asked for it; the last checkpoint is on the disk.
process.on('disconnect', () => process.exit(1));

process.on('message', (message: ToChild) => {
  if (message.type === 'stop') askToStop();
  else if (message.type === 'answer') onAnswer?.(message.proceed);
  else void answer(message.job);
});

// Before the job is there: the parent is still reading what it is to be.
try {
  loadEngine();
} catch {
  // The job asks for the engine again, and answers with the reason.
}

async function answer(job: Job): Promise<void> {
  const reports: WorkReports = {
    onProgress: (progress) => tell({ type: 'progress', progress }),
    onLine: (text) => tell({ type: 'line', text }),
    onWarning: (text) => tell({ type: 'warning', text }),
    onReady: (ready) => tell({ type: 'ready', ready }),
    onRows: (rows) => tell({ type: 'rows', rows }),
    proceed: (record) => {
      tell({ type: 'epoch', record });
      return new Promise((resolve) => {
        onAnswer = resolve;
      });
    },
    onStop: (action) => {
      stop = action;
      if (stopAsked) action();
    },
  };
  try {
    await last({ type: 'result', result: await work(job, reports) });
    process.exit(0);
  } catch (error) {
    await last({ type: 'error', error: describe(error) });
    process.exit(1);
  }
}

function work(job: Job, reports: WorkReports): Promise<Results[Job['kind']]> {
  switch (job.kind) {
    case 'train':
      return trainRun(job, reports);
    case 'infer':
      return inferRun(job, reports);
    case 'findLr':
      return findRate(job, reports);
  }
}

function describe(error: unknown): Extract<ToParent, { type: 'error' }>['error'] {
  if (error instanceof OslerError) {
    return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: null, message, ...(stack === undefined ? {} : { stack }) };
}

function tell(message: ToParent): void {
  // A parent that has gone is met by `disconnect`.
  if (process.connected) process.send!(message, undefined, undefined, () => undefined);
}

/** Ends only when the message has left. */
function last(message: ToParent): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected) return resolve();
    process.send!(message, undefined, undefined, () => resolve());
  });
}
