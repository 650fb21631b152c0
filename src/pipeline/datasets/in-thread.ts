import type { OnProgress } from '../../progress.ts';
import { runTask } from '../../threads/task.ts';
import type { DatasetWork, WorkDone } from './work.ts';

const THREAD = new URL('./work-thread.ts', import.meta.url);

/** Does work on datasets of a home in a thread of its own; what is given is a `DatasetWork`, as it was kept. */
export function datasetWork(home: string) {
  return (work: object, deps: { onProgress: OnProgress; signal: AbortSignal }): Promise<WorkDone> =>
    runTask<{ home: string; work: DatasetWork }, WorkDone>(THREAD, { home, work: work as DatasetWork }, deps);
}
