import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.tsx';
import { given, number, oneOf, text } from '../../app/search.ts';
import { MODEL_PARTS, VERSION_PARTS } from './parts.ts';

const modelsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/models',
  validateSearch: (search: Record<string, unknown>) =>
    given({ find: text(search.find), register: text(search.register) }),
  component: lazyRouteComponent(() => import('./list.tsx'), 'ModelsPage'),
});

const modelRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/models/$name',
  validateSearch: (search: Record<string, unknown>) => given({ part: oneOf(search.part, MODEL_PARTS) }),
  component: lazyRouteComponent(() => import('./model.tsx'), 'ModelPage'),
});

const versionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/models/$name/$version',
  validateSearch: (search: Record<string, unknown>) =>
    given({ part: oneOf(search.part, VERSION_PARTS), against: text(search.against) }),
  component: lazyRouteComponent(() => import('./version.tsx'), 'VersionPage'),
});

const liveRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/live',
  validateSearch: (search: Record<string, unknown>) => given({ at: text(search.at), alias: text(search.alias) }),
  component: lazyRouteComponent(() => import('./live.tsx'), 'LivePage'),
});

const trailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/trail',
  validateSearch: (search: Record<string, unknown>) =>
    given({
      model: text(search.model),
      subject: text(search.subject),
      who: text(search.who),
      before: number(search.before),
    }),
  component: lazyRouteComponent(() => import('./trail.tsx'), 'TrailPage'),
});

/** The room of models: the registry, its decisions, and the trail of them. */
export const modelRoutes = [modelsRoute, modelRoute, versionRoute, liveRoute, trailRoute] as const;
