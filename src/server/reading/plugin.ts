import type { FastifyInstance } from 'fastify';
import type { Store } from '../../store/store.ts';
import { artifactRoutes } from './artifacts.ts';
import { curveRoutes } from './curves.ts';
import { modelRoutes } from './models.ts';
import { runRoutes } from './runs.ts';

/** What there is, to be read. It changes nothing. */
export function readingRoutes(store: Store) {
  return async (app: FastifyInstance): Promise<void> => {
    await app.register(runRoutes(store));
    await app.register(curveRoutes(store));
    await app.register(artifactRoutes(store));
    await app.register(modelRoutes(store));
  };
}
