import { aborted } from 'node:util';
import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import { METRICS } from '../../evaluation/metrics/names.ts';
import type { OnProgress } from '../../progress.ts';
import type { ChampionComparison } from '../../registry/evidence.ts';
import { findVersion, versionName } from '../../registry/names.ts';
import type { VersionRow } from '../../store/registry/types.ts';
import type { Store } from '../../store/store.ts';
import { versionComparison } from './versions.ts';

const Side = z.strictObject({
  model: z.string(),
  version: z.int().positive(),
  /** Of the bundle; of what is none, where it is. */
  digest: z.string(),
});

/** A comparison of two registered versions, as it is kept: all that its result is a function of. The samples are named by the bundles. */
export const ComparisonWork = z.strictObject({
  kind: z.literal('compare'),
  champion: Side,
  candidate: Side,
  margin: z.number(),
  metric: z.enum(METRICS).nullable(),
});
export type ComparisonWork = z.infer<typeof ComparisonWork>;

export function sideOf({ model, version, record }: VersionRow): ComparisonWork['champion'] {
  return { model, version, digest: record.bundle?.digest ?? record.source };
}

/** The machine answers images meanwhile. */
const THREADS = 1;

/** Makes comparisons, one after the other; one that is aborted while it waits ends at once. Throws CHANGED_MEANWHILE for a version that is another now than it was asked for. */
export function comparisonWork(store: Store) {
  let last: Promise<unknown> = Promise.resolve();
  const find = async (side: ComparisonWork['champion']): Promise<VersionRow> => {
    const row = await findVersion(store.registry, side);
    if (sideOf(row).digest === side.digest) return row;
    throw new OslerError('CHANGED_MEANWHILE', `${versionName(row)} is another than the one that was to be compared.`);
  };
  return (given: object, deps: { onProgress: OnProgress; signal: AbortSignal }): Promise<ChampionComparison> => {
    const before = last;
    const make = async () => {
      const { signal, onProgress } = deps;
      await Promise.race([before, aborted(signal, signal)]);
      signal.throwIfAborted();
      const { champion, candidate, margin, metric } = ComparisonWork.parse(given);
      const out = { progress: onProgress, warn: () => undefined };
      const place = { home: store.home, databaseUrl: undefined, artifacts: undefined, signal, threads: THREADS, out };
      const asked = { margin, ...(metric === null ? {} : { metric }) };
      return versionComparison(store, place)(await find(champion), await find(candidate), asked);
    };
    const made = make();
    // An aborted one is over before the one that it waited for.
    last = Promise.allSettled([before, made]);
    return made;
  };
}
