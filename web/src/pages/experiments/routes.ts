import { createRoute } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.tsx';
import { flag, given, number, oneOf, text, texts } from '../../app/search.ts';
import { PARTS, RUN_PARTS, X_AXES } from './words.ts';

/** How curves are drawn; on a run's page and in a comparison alike. */
const drawing = (search: Record<string, unknown>) => ({
  x: oneOf(search.x, X_AXES),
  smooth: number(search.smooth),
  log: flag(search.log),
  /** Only metrics whose names hold this. */
  metric: text(search.metric),
});

const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/runs',
  validateSearch: (search) =>
    given({
      experiment: text(search.experiment),
      filter: text(search.filter),
      order: text(search.order),
      column: texts(search.column),
      deleted: flag(search.deleted),
      view: text(search.view),
    }),
}).lazy(() => import('./runs-page.tsx').then((page) => page.Route));

const compareRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/runs/compare',
  validateSearch: (search) =>
    given({
      run: texts(search.run),
      part: oneOf(search.part, PARTS),
      ...drawing(search),
      /** Axes of the parallel coordinates and of the scatter plot. */
      axis: texts(search.axis),
      across: text(search.across),
      up: text(search.up),
      colour: text(search.colour),
      all: flag(search.all),
      split: text(search.split),
      show: oneOf(search.show, ['wrong', 'differ', 'all-wrong', 'all']),
      label: text(search.label),
    }),
}).lazy(() => import('./compare-page.tsx').then((page) => page.Route));

const newRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/runs/new',
  validateSearch: (search) =>
    given({
      recipe: text(search.recipe),
      dataset: text(search.dataset),
      sweep: text(search.sweep),
      setting: texts(search.setting),
    }),
}).lazy(() => import('./new-page.tsx').then((page) => page.Route));

const groupRoute = createRoute({ getParentRoute: () => rootRoute, path: '/runs/groups/$group' }).lazy(() =>
  import('./group-page.tsx').then((page) => page.Route),
);

const sweepsRoute = createRoute({ getParentRoute: () => rootRoute, path: '/runs/sweeps' }).lazy(() =>
  import('./sweeps-page.tsx').then((page) => page.Route),
);

const sweepRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/runs/sweeps/$sweep',
  validateSearch: (search) => given({ setting: text(search.setting), other: text(search.other) }),
}).lazy(() => import('./sweep-page.tsx').then((page) => page.Route));

const trainingRoute = createRoute({ getParentRoute: () => rootRoute, path: '/runs/trainings/$training' }).lazy(() =>
  import('./training-page.tsx').then((page) => page.Route),
);

const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/runs/$run',
  validateSearch: (search) =>
    given({
      part: oneOf(search.part, RUN_PARTS),
      ...drawing(search),
      file: text(search.file),
      split: text(search.split),
    }),
}).lazy(() => import('./run-page.tsx').then((page) => page.Route));

export const experimentsRoutes = [
  runsRoute,
  compareRoute,
  newRoute,
  sweepsRoute,
  sweepRoute,
  trainingRoute,
  groupRoute,
  runRoute,
] as const;
