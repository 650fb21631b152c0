import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { curvesQuery, value } from './queries.ts';
import type { RunRow } from './use-run-rows.ts';

/** What is drawn of a run that has no best epoch, the first that it has. */
const OTHERWISE = ['epoch.loss', 'val_loss', 'loss', 'train_loss'];
const POINTS = 24;
/** Asked for at once; the route takes no more. */
const MOST = 400;

/** A small curve for each run that is loaded. */
export function useSparks(rows: readonly RunRow[], wanted: boolean): ReadonlyMap<string, readonly (number | null)[]> {
  const runs = useMemo(
    () => (wanted ? rows.flatMap(({ run }) => (run === undefined ? [] : [run])).slice(0, MOST) : []),
    [rows, wanted],
  );
  const keys = useMemo(() => {
    const best = runs.flatMap(({ best }) => (best === null ? [] : [`val.${best.metric}`]));
    return [...new Set([...best, ...OTHERWISE])];
  }, [runs]);
  const { data } = useQuery(
    curvesQuery(
      { runs: runs.map(({ id }) => id), keys, points: POINTS },
      runs.some(({ status }) => status === 'running'),
    ),
  );
  return useMemo(() => {
    const found = new Map<string, { rank: number; values: (number | null)[] }>();
    const best = new Map(runs.map((run) => [run.id, run.best === null ? null : `val.${run.best.metric}`]));
    for (const { run, key, mean } of data?.curves ?? []) {
      const rank = key === best.get(run) ? -1 : OTHERWISE.indexOf(key);
      // Another run's metric is none of its own.
      if (rank === -1 && key !== best.get(run)) continue;
      const before = found.get(run);
      if (before === undefined || rank < before.rank) found.set(run, { rank, values: mean.map(value) });
    }
    return new Map([...found].map(([run, { values }]) => [run, values]));
  }, [data, runs]);
}
