import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext } from '@tanstack/react-router';
import { NotHere } from '../components/not-here.tsx';
import { Shell } from './shell.tsx';

/** All pages stand below this one. */
export const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Shell,
  notFoundComponent: NotHere,
});
