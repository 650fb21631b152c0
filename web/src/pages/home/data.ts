import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import type { paths } from '../../api/schema.d.ts';
import { useAbout, useMay } from '../../app/session.ts';
import { failed } from '../../components/notify.tsx';
import { type Job, openJobsQuery } from '../jobs/queries.ts';

export type Home = paths['/v1/home']['get']['responses'][200]['content']['application/json'];
export type Waiting = Home['waiting'][number];
export type Live = Home['live'][number];
export type RunningRun = Home['running'][number];
export type Demo = NonNullable<Home['demo']>;

export function useHome() {
  return useQuery({ queryKey: ['home'], queryFn: ({ signal }) => ask(api.GET('/v1/home', { signal })) });
}

/** What moves while it trains: refreshed with every value, where the rest of Home is not. */
export function useRunning() {
  return useQuery({ queryKey: ['running'], queryFn: ({ signal }) => ask(api.GET('/v1/running', { signal })) });
}

/** Scoring jobs under way, where this server has any and one may see them. */
export function useOpenJobs(): readonly Job[] {
  const has = useAbout().data?.rooms.includes('jobs') ?? false;
  const may = useMay('predict');
  return useQuery(openJobsQuery(has && may)).data ?? [];
}

export function useDemo() {
  const client = useQueryClient();
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['home'] });
  const begin = useMutation({
    mutationFn: () => ask(api.POST('/v1/demo', { body: {} })),
    onSuccess: refresh,
    onError: failed,
  });
  const stop = useMutation({
    mutationFn: (id: string) => ask(api.POST('/v1/trainings/{training}/stop', { params: { path: { training: id } } })),
    onSuccess: refresh,
    onError: failed,
  });
  return { begin, stop };
}
