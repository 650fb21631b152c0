import type { OnProgress } from '../progress.ts';
import type { Store } from '../store/store.ts';
import { datasetWork } from './datasets/in-thread.ts';
import { ComparisonWork, comparisonWork } from './evaluated/comparison-work.ts';

/** Does what a server does for long: work on datasets, and comparisons of versions; `work` as it was kept. */
export function longWork(store: Store) {
  const [datasets, comparisons] = [datasetWork(store.home), comparisonWork(store)];
  return (work: object, deps: { onProgress: OnProgress; signal: AbortSignal }): Promise<unknown> =>
    (isComparison(work) ? comparisons : datasets)(work, deps);
}

const isComparison = (work: object): work is ComparisonWork => ComparisonWork.safeParse(work).success;
