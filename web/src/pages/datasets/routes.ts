import { createRoute } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.tsx';
import { given, number, oneOf, text } from '../../app/search.ts';
import { PARTS } from './parts.ts';

const datasetsRoute = createRoute({ getParentRoute: () => rootRoute, path: '/datasets' }).lazy(() =>
  import('./list-page.tsx').then((page) => page.Route),
);

/** What is looked at stands in the address, but for names of files and patients: an address goes into histories and logs. */
const validateSearch = (search: Record<string, unknown>) =>
  given({
    part: oneOf(search.part, PARTS),
    split: oneOf(search.split, ['train', 'val', 'test']),
    label: text(search.label),
    state: oneOf(search.state, ['used', 'leftOut']),
    column: text(search.column),
    value: text(search.value),
    order: oneOf(search.order, ['mixed', 'largest', 'smallest']),
    image: number(search.image),
    check: text(search.check),
    from: number(search.from),
    kind: text(search.kind),
    by: text(search.by),
    suggested: text(search.suggested),
  });

const datasetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/datasets/$name',
  validateSearch,
}).lazy(() => import('./newest-page.tsx').then((page) => page.Route));

const versionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/datasets/$name/$version',
  validateSearch,
}).lazy(() => import('./version-page.tsx').then((page) => page.Route));

export const datasetsRoutes = [datasetsRoute, datasetRoute, versionRoute] as const;
