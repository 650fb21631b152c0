import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Got } from '../../api/answers.ts';
import { api, ask } from '../../api/client.ts';

export type Job = Got<'/v1/jobs'>['jobs'][number];
/** As it is answered once all of it has arrived. */
export type SentJob = Job & { skipped: number };
export type JobItem = Got<'/v1/jobs/{id}/items'>['items'][number];
export type Which = 'all' | 'failed';

export const isOpen = ({ state }: Pick<Job, 'state'>): boolean =>
  state === 'receiving' || state === 'waiting' || state === 'running';

/** Told of by events where the server has them; a server that only predicts is asked. */
const EVERY_MS = 2_000;

export const jobsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['jobs', 'list'],
    queryFn: ({ pageParam, signal }) =>
      ask(api.GET('/v1/jobs', { params: { query: pageParam === '' ? {} : { cursor: pageParam } }, signal })),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ jobs }) => jobs.some(isOpen)) === true ? EVERY_MS : false,
  });

/** Those that have not ended, of the newest. */
export const openJobsQuery = (enabled: boolean) =>
  queryOptions({
    queryKey: ['jobs', 'open'],
    queryFn: async ({ signal }) => {
      const { jobs } = await ask(api.GET('/v1/jobs', { params: { query: { limit: 50 } }, signal }));
      return jobs.filter(isOpen);
    },
    enabled,
  });

export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['job', id],
    queryFn: ({ signal }) => ask(api.GET('/v1/jobs/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data !== undefined && isOpen(state.data) ? EVERY_MS : false),
  });

/** Images that are asked for together. */
export const STRETCH = 100;

/** @param state of the job: `done` and the like, with which the items are others. */
export const itemsQuery = (id: string, which: Which, block: number, state: string) =>
  queryOptions({
    queryKey: ['job items', id, which, block, state],
    queryFn: ({ signal }) => {
      const query = { which, offset: block * STRETCH, limit: STRETCH };
      return ask(api.GET('/v1/jobs/{id}/items', { params: { path: { id }, query }, signal }));
    },
    placeholderData: (before) => before,
  });
