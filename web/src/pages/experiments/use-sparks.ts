import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { curvesQuery, type RunLine, value } from './queries.ts';
import type { RunPart } from './use-run-rows.ts';

/** What is drawn of a run that has no best epoch, the first that it has. */
const OTHERWISE = ['epoch.loss', 'val_loss', 'loss', 'train_loss'];
const POINTS = 24;

type Sparks = ReadonlyMap<string, readonly (number | null)[]>;
const NONE: readonly RunPart[] = [];

/** A small curve for each run that is loaded, asked for stretch by stretch. */
export function useSparks(parts: readonly RunPart[], wanted: boolean): Sparks {
  const asked = wanted ? parts : NONE;
  const results = useQueries({
    queries: asked.map(({ runs }) => {
      const best = runs.flatMap(({ best }) => (best === null ? [] : [`val.${best.metric}`]));
      const keys = [...new Set([...best, ...OTHERWISE])];
      const live = runs.some(({ status }) => status === 'running');
      return curvesQuery({ runs: runs.map(({ id }) => id), keys, points: POINTS }, live);
    }),
  });
  const answers = results.map(({ data }) => data?.curves);
  return useMemo(() => {
    const all = new Map<string, readonly (number | null)[]>();
    for (const [i, { runs }] of asked.entries())
      for (const [run, values] of sparksOf(runs, answers[i] ?? [])) all.set(run, values);
    return all;
  }, [asked, ...answers]);
}

type Curves = readonly { run: string; key: string; mean: readonly (number | string)[] }[];

function sparksOf(runs: readonly RunLine[], curves: Curves): Sparks {
  const best = new Map(runs.map((run) => [run.id, run.best === null ? null : `val.${run.best.metric}`]));
  const found = new Map<string, { rank: number; values: (number | null)[] }>();
  for (const { run, key, mean } of curves) {
    const own = key === best.get(run);
    const rank = own ? -1 : OTHERWISE.indexOf(key);
    // Another run's metric is none of its own.
    if (!own && rank < 0) continue;
    const before = found.get(run);
    if (before === undefined || rank < before.rank) found.set(run, { rank, values: mean.map(value) });
  }
  return new Map([...found].map(([run, { values }]) => [run, values]));
}
