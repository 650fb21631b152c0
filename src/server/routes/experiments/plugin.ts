import type { FastifyInstance } from 'fastify';
import { DatasetShelf } from '../../../pipeline/datasets/shelf.ts';
import type { Store } from '../../../store/store.ts';
import { evaluationRoutes } from './evaluations.ts';
import { groupRoutes } from './groups.ts';
import { runChangeRoutes } from './run-changes.ts';
import { sweepRoutes } from './sweeps.ts';
import { tableRoutes } from './table.ts';
import { trainingRoutes } from './trainings.ts';
import { viewRoutes } from './views.ts';

/** Experiments beyond what the reading API tells: tables, evaluations, trainings and sweeps to begin and stop. Under the prefix that the caller gives. */
export function experimentRoutes(store: Store) {
  return async (app: FastifyInstance): Promise<void> => {
    await app.register(tableRoutes(store));
    await app.register(runChangeRoutes(store));
    await app.register(evaluationRoutes(store, new DatasetShelf(store.home)));
    await app.register(trainingRoutes(store));
    await app.register(groupRoutes(store));
    await app.register(sweepRoutes(store));
    await app.register(viewRoutes(store));
  };
}
