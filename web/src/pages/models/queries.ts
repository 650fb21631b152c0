import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Got } from '../../api/answers.ts';
import { api, ask } from '../../api/client.ts';

export type Summary = Got<'/v1/registry'>['models'][number];
export type Model = Got<'/v1/models/{name}'>;
export type Version = Got<'/v1/models/{name}/versions'>['versions'][number];
export type VersionDifference = Got<'/v1/models/{name}/versions/{version}/differences'>['differences'][number];
export type VersionDetail = Got<'/v1/models/{name}/versions/{version}'>;
export type Decision = VersionDetail['decisions'][number];
export type Standing = Got<'/v1/models/{name}/versions/{version}/standing'>;
export type Lineage = Got<'/v1/models/{name}/lineage'>;
export type Event = Got<'/v1/trail'>['events'][number];
export type Live = Got<'/v1/live'>;

interface Ref {
  name: string;
  version: number;
}

/** Keys begin with what a change of a model makes old: see app/live.ts. */
export const overview = (filter: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['models', 'overview', filter ?? ''],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET('/v1/registry', {
          params: {
            query: {
              limit: 50,
              ...(filter === undefined ? {} : { filter }),
              ...(pageParam === '' ? {} : { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });

export const model = (name: string) =>
  queryOptions({
    queryKey: ['model', name],
    queryFn: ({ signal }) => ask(api.GET('/v1/models/{name}', { params: { path: { name } }, signal })),
  });

/** A model has few versions; the newest thousand come at once. */
export const versions = (name: string) =>
  queryOptions({
    queryKey: ['model', name, 'versions'],
    queryFn: async ({ signal }) => {
      const query = { limit: 1_000 };
      return (await ask(api.GET('/v1/models/{name}/versions', { params: { path: { name }, query }, signal }))).versions;
    },
  });

export const version = (path: Ref) =>
  queryOptions({
    queryKey: ['model', path.name, 'version', path.version],
    queryFn: ({ signal }) => ask(api.GET('/v1/models/{name}/versions/{version}', { params: { path }, signal })),
  });

export const standing = (path: Ref) =>
  queryOptions({
    queryKey: ['model', path.name, 'standing', path.version],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/models/{name}/versions/{version}/standing', { params: { path }, signal })),
    // A comparison under way says how far it is.
    refetchInterval: ({ state }) => (state.data?.comparison?.work?.state === 'running' ? 1_000 : false),
  });

export const policy = (name: string) =>
  queryOptions({
    queryKey: ['model', name, 'policy'],
    queryFn: ({ signal }) => ask(api.GET('/v1/models/{name}/policy', { params: { path: { name } }, signal })),
  });

export const modelLineage = (name: string) =>
  queryOptions({
    queryKey: ['model', name, 'lineage'],
    queryFn: ({ signal }) => ask(api.GET('/v1/models/{name}/lineage', { params: { path: { name } }, signal })),
  });

export const versionLineage = (path: Ref) =>
  queryOptions({
    queryKey: ['model', path.name, 'lineage', path.version],
    queryFn: ({ signal }) => ask(api.GET('/v1/models/{name}/versions/{version}/lineage', { params: { path }, signal })),
  });

export const card = (path: Ref) =>
  queryOptions({
    queryKey: ['card', path.name, path.version],
    queryFn: ({ signal }) => ask(api.GET('/v1/models/{name}/versions/{version}/card', { params: { path }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const differences = (path: Ref, against: string) =>
  queryOptions({
    queryKey: ['model', path.name, 'differences', path.version, against],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/models/{name}/versions/{version}/differences', {
          params: { path, query: { against } },
          signal,
        }),
      ),
  });

export const aliasHistory = (name: string, alias: string) =>
  queryOptions({
    queryKey: ['model', name, 'alias', alias],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/models/{name}/aliases/{alias}/history', { params: { path: { name, alias } }, signal })),
  });

export const rollbackTarget = (name: string, alias: string) =>
  queryOptions({
    queryKey: ['model', name, 'rollback', alias],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/models/{name}/rollback', { params: { path: { name }, query: { alias } }, signal })),
  });

export const live = (at: string | undefined, alias: string | undefined) =>
  queryOptions({
    queryKey: ['models', 'live', at ?? '', alias ?? ''],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/live', {
          params: { query: { ...(at === undefined ? {} : { at }), ...(alias === undefined ? {} : { alias }) } },
          signal,
        }),
      ),
  });

export interface TrailSearch {
  model?: string;
  subject?: string;
  who?: string;
}

export const trail = (search: TrailSearch) =>
  infiniteQueryOptions({
    queryKey: ['models', 'trail', search],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET('/v1/trail', {
          params: { query: { ...search, limit: 100, ...(pageParam === 0 ? {} : { before: pageParam }) } },
          signal,
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });

export const verification = () =>
  queryOptions({
    queryKey: ['trail', 'verification'],
    queryFn: ({ signal }) => ask(api.GET('/v1/trail/verification', { signal })),
    refetchInterval: ({ state }) => (state.data?.work?.state === 'running' ? 700 : false),
  });
