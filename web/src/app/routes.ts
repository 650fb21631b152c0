/** Every place of the page. A room adds its own: an import, and its name in the list. */
import { datasetsRoutes } from '../pages/datasets/routes.ts';
import { deploymentRoutes } from '../pages/deployments/routes.ts';
import { experimentsRoutes } from '../pages/experiments/routes.ts';
import { homeRoutes } from '../pages/home/routes.ts';
import { jobsRoutes } from '../pages/jobs/routes.ts';
import { laterRoutes } from '../pages/later/routes.ts';
import { modelRoutes } from '../pages/models/routes.ts';
import { predictRoutes } from '../pages/predict/routes.ts';

export const roomRoutes = [
  ...homeRoutes,
  ...predictRoutes,
  ...jobsRoutes,
  ...datasetsRoutes,
  ...experimentsRoutes,
  ...modelRoutes,
  ...deploymentRoutes,
  ...laterRoutes,
] as const;
