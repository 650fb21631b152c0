import { queryOptions } from '@tanstack/react-query';
import type { Got } from '../../api/answers.ts';
import { api, ask } from '../../api/client.ts';

export type Deployment = Got<'/v1/deployments/{name}'>;
export type Member = Deployment['members'][number];
export type Spec = Deployment['revision']['spec'];
export type Revision = Got<'/v1/deployments/{name}/revisions'>[number];
export type Traffic = Got<'/v1/deployments/{name}/traffic'>;
export type Canary = Got<'/v1/deployments/{name}/canary'>;
export type Comparison = Got<'/v1/deployments/{name}/comparison'>;

/** Keys begin with what a change of a deployment makes old: see app/live.ts. */
export const deployments = () =>
  queryOptions({
    queryKey: ['deployments'],
    queryFn: ({ signal }) => ask(api.GET('/v1/deployments', { signal })),
    refetchInterval: 10_000,
  });

export const deployment = (name: string) =>
  queryOptions({
    queryKey: ['deployment', name],
    queryFn: ({ signal }) => ask(api.GET('/v1/deployments/{name}', { params: { path: { name } }, signal })),
    // What waits and what is under way changes all the time.
    refetchInterval: 5_000,
  });

export const revisions = (name: string) =>
  queryOptions({
    queryKey: ['deployment', name, 'revisions'],
    queryFn: ({ signal }) => ask(api.GET('/v1/deployments/{name}/revisions', { params: { path: { name } }, signal })),
  });

export const traffic = (name: string, hours: number) =>
  queryOptions({
    queryKey: ['deployment', name, 'traffic', hours],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/deployments/{name}/traffic', { params: { path: { name }, query: { hours } }, signal })),
    refetchInterval: hours <= 24 ? 10_000 : 60_000,
  });

export const canary = (name: string) =>
  queryOptions({
    queryKey: ['deployment', name, 'canary'],
    queryFn: ({ signal }) => ask(api.GET('/v1/deployments/{name}/canary', { params: { path: { name } }, signal })),
    refetchInterval: 2_000,
  });

export const comparison = (name: string, against: string | undefined) =>
  queryOptions({
    queryKey: ['deployment', name, 'comparison', against ?? ''],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/deployments/{name}/comparison', {
          params: { path: { name }, query: against === undefined ? {} : { against } },
          signal,
        }),
      ),
    refetchInterval: 15_000,
  });

export const recent = (name: string) =>
  queryOptions({
    queryKey: ['deployment', name, 'recent'],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/deployments/{name}/predictions', { params: { path: { name }, query: { limit: 15 } }, signal })),
    refetchInterval: 5_000,
  });

/** Versions that a deployment may name. */
export interface Choice {
  value: string;
  label: string;
  approved: boolean;
}

/** Of all models: each version that is not ended, by number, and each alias. */
export const choices = () =>
  queryOptions({
    queryKey: ['models', 'choices'],
    queryFn: async ({ signal }): Promise<Choice[]> => {
      const { models } = await ask(api.GET('/v1/models', { params: { query: { limit: 200 } }, signal }));
      const all = await Promise.all(
        models.map(async ({ name, aliases }) => {
          const params = { path: { name }, query: { limit: 1_000 } };
          const { versions } = await ask(api.GET('/v1/models/{name}/versions', { params, signal }));
          const standing = new Map(versions.map(({ version, status }) => [version, status]));
          return [
            ...Object.entries(aliases).map(([alias, version]) => ({
              value: `${name}@${alias}`,
              label: `${name}@${alias} (now version ${version})`,
              approved: standing.get(version) === 'approved',
            })),
            ...versions
              .filter(({ status, record }) => (status === 'approved' || status === 'pending') && record.bundle !== null)
              .map(({ version, status }) => ({
                value: `${name}@${version}`,
                label: `${name}@${version} (${status})`,
                approved: status === 'approved',
              })),
          ];
        }),
      );
      return all.flat();
    },
  });
