import { QueryCache, QueryClient } from '@tanstack/react-query';
import { asFault, Fault } from '../api/fault.ts';

/** Whether asking again may help. */
const isPassing = (error: unknown): boolean => error instanceof Fault && (error.status === 0 || error.status === 503);

export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        // A session that ended: the shell asks who is there, and shows the way to sign in.
        if (asFault(error).status === 401 && query.queryKey[0] !== 'about')
          void client.invalidateQueries({ queryKey: ['about'] });
      },
    }),
    defaultOptions: {
      queries: { staleTime: 5_000, retry: (failures, error) => failures < 2 && isPassing(error), retryDelay: 500 },
      mutations: { retry: false },
    },
  });
  return client;
}
