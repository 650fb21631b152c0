import { createRoute } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.tsx';

const monitoringRoute = createRoute({ getParentRoute: () => rootRoute, path: '/monitoring' }).lazy(() =>
  import('./monitoring-page.tsx').then((page) => page.Route),
);
const retrainingRoute = createRoute({ getParentRoute: () => rootRoute, path: '/retraining' }).lazy(() =>
  import('./retraining-page.tsx').then((page) => page.Route),
);

export const laterRoutes = [monitoringRoute, retrainingRoute] as const;
