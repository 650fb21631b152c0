import { queryOptions } from '@tanstack/react-query';
import type { Got } from '../../api/answers.ts';
import { api, ask } from '../../api/client.ts';
import type { paths } from '../../api/schema.d.ts';

export type Summary = Got<'/v1/datasets'>['datasets'][number];
export type VersionSummary = Got<'/v1/datasets/{name}/versions'>['versions'][number];
export type Version = Got<'/v1/datasets/{name}/versions/{version}'>;
export type Balance = Got<'/v1/datasets/{name}/versions/{version}/balance'>;
export type Audit = NonNullable<Got<'/v1/datasets/{name}/versions/{version}/audit'>['audit']>;
export type Finding = Audit['findings'][number];
export type Sets = Got<'/v1/datasets/{name}/versions/{version}/audit/sets'>;
export type SuspectsAnswer = Got<'/v1/datasets/{name}/versions/{version}/suspects'>;
export type Suspect = NonNullable<SuspectsAnswer['found']>['suspects'][number];
export type Difference = Got<'/v1/datasets/{name}/versions/{version}/difference'>;
export type Sample = Got<'/v1/datasets/{name}/versions/{version}/samples/{number}'>;
export type Task = Got<'/v1/tasks/{id}'>;
type Search = paths['/v1/datasets/{name}/versions/{version}/samples']['post'];
export type SampleFilter = Omit<NonNullable<Search['requestBody']>['content']['application/json'], 'offset' | 'limit'>;
export type SamplesPage = Search['responses'][200]['content']['application/json'];
export type Check = NonNullable<
  paths['/v1/datasets/{name}/versions/{version}/audit/sets']['get']['parameters']['query']
>['check'];

export interface Ref {
  name: string;
  version: number;
}

/** A version never changes, but for who accepted it and its audit: those are read again after work on it. */
const SETTLED = 10 * 60_000;

export const datasets = () =>
  queryOptions({
    queryKey: ['datasets'],
    queryFn: ({ signal }) => ask(api.GET('/v1/datasets', { signal })),
  });

export const versions = (name: string) =>
  queryOptions({
    queryKey: ['datasets', name, 'versions'],
    queryFn: async ({ signal }) =>
      (await ask(api.GET('/v1/datasets/{name}/versions', { params: { path: { name } }, signal }))).versions,
  });

export const version = (path: Ref) =>
  queryOptions({
    queryKey: ['datasets', path.name, path.version],
    queryFn: ({ signal }) => ask(api.GET('/v1/datasets/{name}/versions/{version}', { params: { path }, signal })),
  });

export interface SuspectsAsked {
  by?: string | undefined;
  label?: string | undefined;
  suggested?: string | undefined;
  offset: number;
  limit: number;
}

export const suspects = (path: Ref, { by, label, suggested, offset, limit }: SuspectsAsked) =>
  queryOptions({
    queryKey: ['datasets', path.name, path.version, 'suspects', by ?? '', label ?? '', suggested ?? '', offset, limit],
    queryFn: ({ signal }) => {
      const query = {
        ...{ offset, limit },
        ...(by === undefined ? {} : { by }),
        ...(label === undefined ? {} : { label }),
        ...(suggested === undefined ? {} : { suggested }),
      };
      return ask(api.GET('/v1/datasets/{name}/versions/{version}/suspects', { params: { path, query }, signal }));
    },
  });

export const balance = (path: Ref) =>
  queryOptions({
    queryKey: ['datasets', path.name, path.version, 'balance'],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/datasets/{name}/versions/{version}/balance', { params: { path }, signal })),
    staleTime: SETTLED,
  });

/** Null where none was made yet. */
export const audit = (path: Ref) =>
  queryOptions({
    queryKey: ['datasets', path.name, path.version, 'audit'],
    queryFn: async ({ signal }) =>
      (await ask(api.GET('/v1/datasets/{name}/versions/{version}/audit', { params: { path }, signal }))).audit,
  });

export const sets = (path: Ref, check: Check, offset: number, limit: number) =>
  queryOptions({
    queryKey: ['datasets', path.name, path.version, 'sets', check, offset, limit],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/datasets/{name}/versions/{version}/audit/sets', {
          params: { path, query: { check, offset, limit } },
          signal,
        }),
      ),
    staleTime: SETTLED,
  });

export const samples = (path: Ref, filter: SampleFilter, offset: number, limit: number) =>
  queryOptions({
    queryKey: ['datasets', path.name, path.version, 'samples', filter, offset, limit],
    queryFn: ({ signal }) =>
      ask(
        api.POST('/v1/datasets/{name}/versions/{version}/samples', {
          params: { path },
          body: { ...filter, offset, limit },
          signal,
        }),
      ),
    staleTime: SETTLED,
  });

export const sample = (path: Ref, number: number) =>
  queryOptions({
    queryKey: ['datasets', path.name, path.version, 'sample', number],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/datasets/{name}/versions/{version}/samples/{number}', {
          params: { path: { ...path, number } },
          signal,
        }),
      ),
    staleTime: SETTLED,
  });

export const difference = (
  path: Ref,
  from: number,
  kind: Difference['changes'][number]['kinds'][number] | undefined,
  limit: number,
) =>
  queryOptions({
    queryKey: ['datasets', path.name, path.version, 'difference', from, kind ?? '', limit],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/datasets/{name}/versions/{version}/difference', {
          params: { path, query: { from, limit, ...(kind === undefined ? {} : { kind }) } },
          signal,
        }),
      ),
    staleTime: SETTLED,
  });

export const imageUrl = ({ name, version: number }: Ref, image: number, side: 160 | 320 | 1280): string =>
  `/v1/datasets/${encodeURIComponent(name)}/versions/${number}/images/${image}?side=${side}`;
