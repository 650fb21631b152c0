import { createRoute } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.tsx';
import { given, oneOf, text } from '../../app/search.ts';

const jobsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/jobs',
}).lazy(() => import('./list-page.tsx').then((page) => page.Route));

/** Who answers, as Predict names it: `deployment:derma`, `version:skin@3`. */
const newRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/jobs/new',
  validateSearch: (search: Record<string, unknown>) => given({ by: text(search.by) }),
}).lazy(() => import('./new-page.tsx').then((page) => page.Route));

const jobRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/jobs/$job',
  validateSearch: (search: Record<string, unknown>) => given({ which: oneOf(search.which, ['failed']) }),
}).lazy(() => import('./job-page.tsx').then((page) => page.Route));

export const jobsRoutes = [jobsRoute, newRoute, jobRoute] as const;
