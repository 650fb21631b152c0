/** Every place of the page. A room adds its own: an import, and its name in the list. */
import { homeRoutes } from '../pages/home/routes.ts';
import { laterRoutes } from '../pages/later/routes.ts';

export const roomRoutes = [...homeRoutes, ...laterRoutes] as const;
