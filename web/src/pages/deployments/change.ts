import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import type { paths } from '../../api/schema.d.ts';
import { done } from '../../components/notify.tsx';
import { type Deployment, deployment as deploymentQuery } from './queries.ts';

export type Change = paths['/v1/deployments/{name}']['patch']['requestBody']['content']['application/json'];

/** Ways to change a deployment by what is shown of it; where somebody else changed it meanwhile, nothing happens, and the server says so. */
export function useChange({ name, revision }: Deployment) {
  const client = useQueryClient();
  const params = { path: { name } };
  const seen = revision.number;
  const took = async (call: Promise<Deployment>, words: string, canUndo: boolean): Promise<void> => {
    const next = await call;
    take(client, next);
    const back = () => undo(client, next, seen);
    done(`${words} Revision ${next.revision.number} is in force.`, canUndo ? back : undefined);
  };
  return {
    set: (body: Change, words: string) =>
      took(ask(api.PATCH('/v1/deployments/{name}', { params, body: { ...body, revision: seen } })), words, true),
    canary: (body: paths['/v1/deployments/{name}/canary']['post']['requestBody']['content']['application/json']) =>
      took(
        ask(api.POST('/v1/deployments/{name}/canary', { params, body: { ...body, revision: seen } })),
        `The canary ${body.model} has begun.`,
        true,
      ),
    promote: (why: string) =>
      took(
        ask(api.POST('/v1/deployments/{name}/promote', { params, body: { why, revision: seen } })),
        'The canary is live.',
        true,
      ),
    rollback: (why: string, to?: number) =>
      took(
        ask(
          api.POST('/v1/deployments/{name}/rollback', {
            params,
            body: { why, revision: seen, ...(to === undefined ? {} : { to }) },
          }),
        ),
        to === undefined ? 'Rolled back.' : `Back to what revision ${to} was.`,
        false,
      ),
  };
}

/** Back to the revision before, unless somebody has changed it again. */
async function undo(client: QueryClient, { name, revision }: Deployment, to: number): Promise<void> {
  const body = { why: 'Undone at once', to, revision: revision.number };
  const next = await ask(api.POST('/v1/deployments/{name}/rollback', { params: { path: { name } }, body }));
  take(client, next);
  done(`Undone: it is what revision ${to} was.`);
}

function take(client: QueryClient, next: Deployment): void {
  client.setQueryData(deploymentQuery(next.name).queryKey, next);
  void client.invalidateQueries({
    queryKey: ['deployment', next.name],
    predicate: ({ queryKey }) => queryKey.length > 2,
  });
  void client.invalidateQueries({ queryKey: ['deployments'] });
}
