import { readFile } from 'node:fs/promises';
import { OslerError } from '../../../errors.ts';
import { answerRequests } from '../../../threads/thread-side.ts';
import { measureImage } from './measure.ts';
import type { Measurement } from './measurement.ts';

export type MeasureAnswer = { measurement: Measurement } | { unreadable: string };

/** The thread's side: a path comes, its measurement goes back. */
answerRequests<{ path: string; id: string }, MeasureAnswer>(async ({ path, id }) => {
  try {
    return { response: { measurement: await measureImage(await readFile(path), id) } };
  } catch (error) {
    if (!(error instanceof OslerError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    return { response: { unreadable: (error as Error).message } };
  }
});
