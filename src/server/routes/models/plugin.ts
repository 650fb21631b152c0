import type { FastifyInstance } from 'fastify';
import type { Store } from '../../../store/store.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { aliasRoutes } from './aliases.ts';
import { Comparisons } from './comparisons.ts';
import { decideRoutes } from './decide.ts';
import { factRoutes } from './facts.ts';
import { overviewRoutes } from './overview.ts';
import { registerRoutes } from './register.ts';
import { textRoutes } from './texts.ts';
import { trailRoutes } from './trail.ts';

/** The registry and the audit trail, beyond what the reading API tells of them: the command line's stages, one route each. */
export async function registerModels(app: FastifyInstance, store: Store, tasks: Tasks): Promise<void> {
  const comparisons = new Comparisons(tasks);
  await app.register(overviewRoutes(store));
  await app.register(decideRoutes(store, comparisons));
  await app.register(aliasRoutes(store, comparisons));
  await app.register(registerRoutes(store));
  await app.register(textRoutes(store));
  await app.register(factRoutes(store));
  await app.register(trailRoutes(store));
}
