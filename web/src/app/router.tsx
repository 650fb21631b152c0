import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { PageLoading } from '../components/page.tsx';
import { PageFailed } from '../components/page-failed.tsx';
import { rootRoute } from './root.tsx';
import { roomRoutes } from './routes.ts';

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: rootRoute.addChildren(roomRoutes),
    context: { queryClient },
    // A page's code is fetched when the pointer comes near its link.
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultErrorComponent: ({ error, reset }) => <PageFailed error={error} onRetry={reset} />,
    defaultPendingComponent: () => <PageLoading title="Loading" />,
    defaultPendingMs: 300,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
