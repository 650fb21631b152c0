import type { Acceptance, Dataset } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { type LeakCounts, type LeakStamp, leakWords } from '../store/leak-stamp.ts';
import { clusterPairs } from './clusters.ts';
import { findLeaks, isLeaky } from './leaks.ts';

/** What crosses a version's split: as its import counted it, or counted now for a version of before there were counts. */
export async function leakCounts(dataset: Dataset): Promise<LeakCounts | null> {
  const { record } = dataset;
  if (record.leaks !== null || !record.stamps.includes('leaky')) return record.leaks;
  const samples = dataset.samples();
  const { counts } = findLeaks(samples, clusterPairs([...samples, ...dataset.excluded], await dataset.pairs()));
  return isLeaky(counts) ? counts : null;
}

/**
 * What a run on this dataset is stamped with: null where nothing leaks. `accepted` is the word of whoever starts the run; without,
 * that of whoever accepted the version.
 * Throws LEAKY_SPLIT when it leaks and nobody accepted that.
 */
export async function admit(dataset: Dataset, accepted?: Acceptance): Promise<LeakStamp | null> {
  const { record } = dataset;
  if (!record.stamps.includes('leaky')) return null;
  const counts = await leakCounts(dataset);
  const word = accepted ?? dataset.accepted;
  if (word !== null) {
    const none = { groups: 0, exact: 0, near: 0, exposed: { val: 0, test: 0 } };
    return { ...(counts ?? none), accepted: word };
  }
  const name = `${record.name}@${record.version}`;
  const what = counts === null ? 'groups or copies of images are on both sides of its split' : leakWords(counts);
  throw new OslerError('LEAKY_SPLIT', `${name} leaks: ${what}. What is measured on it would be too good.`, {
    hint: `osler data audit ${name} --fix mends it, moving no more than it must; --accept-leaks REASON trains on it all the same, and stamps the run.`,
  });
}
