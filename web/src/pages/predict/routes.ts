import { createRoute } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.tsx';
import { given, text } from '../../app/search.ts';

/** Who answers (`deployment:derma`, `version:skin@3`, `bundle:demo`) and whom it is compared with. Images stand in no address. */
const predictRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/predict',
  validateSearch: (search: Record<string, unknown>) => given({ by: text(search.by), against: text(search.against) }),
}).lazy(() => import('./predict-page.tsx').then((page) => page.Route));

export const predictRoutes = [predictRoute] as const;
