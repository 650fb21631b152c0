import { queryOptions } from '@tanstack/react-query';
import type { Got } from '../../api/answers.ts';
import { api, ask } from '../../api/client.ts';
import type { paths } from '../../api/schema.d.ts';

export type Askable = Got<'/v1/opinions/models'>['models'][number];
export type ModelInfo = Got<'/v1/opinions/info'>['info'];
export type Deployment = Got<'/v1/deployments'>[number];

type Ok<Path extends keyof paths> = paths[Path] extends {
  post: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;
/** Of a deployment: written down, and open to feedback. */
export type LoggedAnswer = Ok<'/v1/predict'>;
export type Answer = Ok<'/v1/opinions'> | LoggedAnswer;

export const isLogged = (answer: Answer): answer is LoggedAnswer => 'routing' in answer;

export const askables = () =>
  queryOptions({
    queryKey: ['models', 'askable'],
    queryFn: async ({ signal }) => (await ask(api.GET('/v1/opinions/models', { signal }))).models,
  });

/** Only where this server has deployments. */
export const deployments = (enabled: boolean) =>
  queryOptions({
    queryKey: ['deployments', 'answering'],
    queryFn: ({ signal }) => ask(api.GET('/v1/deployments', { signal })),
    enabled,
  });

/** What is known of a model; a version never changes. */
export const info = (of: string | undefined) =>
  queryOptions({
    queryKey: ['asked', of ?? ''],
    queryFn: ({ signal }) => ask(api.GET('/v1/opinions/info', { params: { query: { of: of! } }, signal })),
    enabled: of !== undefined,
    staleTime: 60_000,
  });
