import { createRoute } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.tsx';

const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: '/' }).lazy(() =>
  import('./home-page.tsx').then((page) => page.Route),
);

export const homeRoutes = [homeRoute] as const;
