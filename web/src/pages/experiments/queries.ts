import { queryOptions } from '@tanstack/react-query';
import type { Got } from '../../api/answers.ts';
import { api, ask } from '../../api/client.ts';

export type RunLine = Got<'/v1/search/runs'>['runs'][number];
export type RunDetail = Got<'/v1/runs/{run}'>;
export type Curve = Got<'/v1/runs/{run}/curves'>['curves'][number];
export type Training = Got<'/v1/trainings'>['trainings'][number];
export type Evaluation = Got<'/v1/runs/{run}/evaluations'>['evaluations'][number];
export type Sweep = Got<'/v1/sweeps/{sweep}'>;
export type Repeated = Got<'/v1/groups/{group}'>;
export type Experiment = Got<'/v1/experiments'>['experiments'][number];

/** Lists of the server come in pages; this has them all. */
async function every<T>(
  page: (cursor: string | undefined) => Promise<{ items: T[]; next: string | null }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const { items, next } = await page(cursor);
    all.push(...items);
    if (next === null) return all;
    cursor = next;
  }
}

export const experimentsQuery = () =>
  queryOptions({
    queryKey: ['runs', 'experiments'],
    queryFn: ({ signal }) =>
      every(async (cursor) => {
        const query = { limit: 1_000, ...(cursor === undefined ? {} : { cursor }) };
        const { experiments, next } = await ask(api.GET('/v1/experiments', { params: { query }, signal }));
        return { items: experiments, next };
      }),
    staleTime: 30_000,
  });

export const keysQuery = (experiment: string | undefined) =>
  queryOptions({
    queryKey: ['runs', 'keys', experiment ?? null],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/search/keys', { params: { query: experiment === undefined ? {} : { experiment } }, signal })),
    staleTime: 30_000,
  });

export const runQuery = (run: string) =>
  queryOptions({
    queryKey: ['run', run, 'detail'],
    queryFn: async ({ signal }) =>
      (await ask(api.GET('/v1/runs/{run}', { params: { path: { run } }, signal }))) as RunDetail,
  });

/** What the page began and has not ended; and, for a while, what has. */
export const trainingsQuery = () =>
  queryOptions({
    queryKey: ['running', 'trainings'],
    queryFn: ({ signal }) => ask(api.GET('/v1/trainings', { params: { query: { limit: 20 } }, signal })),
    // What has no run yet is told by no event.
    refetchInterval: ({ state }) =>
      state.data?.trainings.some(({ state }) => state === 'starting' || state === 'running') ? 1_500 : false,
  });

/** What the page began to do with a run that is trained. */
export const workOfRunQuery = (run: string) =>
  queryOptions({
    queryKey: ['running', 'trainings', run],
    queryFn: async ({ signal }) =>
      (await ask(api.GET('/v1/trainings', { params: { query: { run, limit: 20 } }, signal }))).trainings,
    refetchInterval: ({ state }) => (state.data?.some(isOpen) ? 1_000 : false),
  });

export const groupQuery = (group: string) =>
  queryOptions({
    queryKey: ['running', 'group', group],
    queryFn: ({ signal }) => ask(api.GET('/v1/groups/{group}', { params: { path: { group } }, signal })),
    refetchInterval: ({ state }) => (state.data?.work ? 2_000 : false),
  });

export const trainingQuery = (training: string) =>
  queryOptions({
    queryKey: ['running', 'training', training],
    queryFn: ({ signal }) => ask(api.GET('/v1/trainings/{training}', { params: { path: { training } }, signal })),
    refetchInterval: ({ state }) => (state.data === undefined || isOpen(state.data) ? 1_000 : false),
  });

export const isOpen = ({ state }: { state: Training['state'] }): boolean => state === 'starting' || state === 'running';

export const evaluationsQuery = (run: string) =>
  queryOptions({
    queryKey: ['run', run, 'evaluations'],
    queryFn: ({ signal }) => ask(api.GET('/v1/runs/{run}/evaluations', { params: { path: { run } }, signal })),
    staleTime: 30_000,
  });

export interface CurvesAsked {
  runs: readonly string[];
  keys?: readonly string[] | undefined;
  points: number;
  from?: number | undefined;
  to?: number | undefined;
}

/** Refreshed as the runs go on: `['running']` is told of every step. */
export const curvesQuery = ({ runs, keys, points, from, to }: CurvesAsked, live: boolean) =>
  queryOptions({
    queryKey: [live ? 'running' : 'curves', 'curves', runs, keys ?? null, points, from ?? null, to ?? null],
    queryFn: ({ signal }) => {
      const query = {
        run: [...runs],
        points,
        along: 'true' as const,
        ...(keys === undefined ? {} : { key: [...keys] }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      };
      return ask(api.GET('/v1/compare/curves', { params: { query }, signal }));
    },
    placeholderData: (before) => before,
    enabled: runs.length > 0 && (keys === undefined || keys.length > 0),
  });

export const sweepsQuery = () =>
  queryOptions({
    queryKey: ['runs', 'sweeps'],
    queryFn: ({ signal }) => ask(api.GET('/v1/sweeps', { signal })),
  });

export const sweepQuery = (sweep: string) =>
  queryOptions({
    queryKey: ['running', 'sweep', sweep],
    queryFn: ({ signal }) => ask(api.GET('/v1/sweeps/{sweep}', { params: { path: { sweep } }, signal })),
    refetchInterval: ({ state }) => (state.data?.work || (state.data?.counts.running ?? 0) > 0 ? 3_000 : false),
  });

/** As a dataset sees them: which fit it, and which makes sense. */
export const recipesQuery = (dataset: string) =>
  queryOptions({
    queryKey: ['recipes', dataset],
    queryFn: ({ signal }) => ask(api.GET('/v1/recipes', { params: { query: { dataset } }, signal })),
    staleTime: 10_000,
  });

export const viewsQuery = () =>
  queryOptions({
    queryKey: ['views', 'runs'],
    queryFn: ({ signal }) => ask(api.GET('/v1/views/{room}', { params: { path: { room: 'runs' } }, signal })),
  });

/** A number that JSON may have written as a word. */
export function value(of: number | string | null | undefined): number | null {
  if (of === null || of === undefined) return null;
  return typeof of === 'number' ? of : Number(of);
}
