import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.tsx';
import { given, oneOf, text } from '../../app/search.ts';
import { PARTS, RANGES } from './parts.ts';

const deploymentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/deployments',
  component: lazyRouteComponent(() => import('./list.tsx'), 'DeploymentsPage'),
});

const newRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/deployments/new',
  validateSearch: (search: Record<string, unknown>) => given({ version: text(search.version) }),
  component: lazyRouteComponent(() => import('./new.tsx'), 'NewDeploymentPage'),
});

const deploymentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/deployments/$name',
  validateSearch: (search: Record<string, unknown>) =>
    given({
      part: oneOf(search.part, PARTS),
      hours: oneOf(typeof search.hours === 'number' ? String(search.hours) : search.hours, RANGES),
      against: text(search.against),
    }),
  component: lazyRouteComponent(() => import('./deployment.tsx'), 'DeploymentPage'),
});

/** The room of deployments: what answers, how it does, and how that changes. */
export const deploymentRoutes = [deploymentsRoute, newRoute, deploymentRoute] as const;
