import type { FastifyInstance } from 'fastify';
import { Pictures } from '../../../pipeline/datasets/pictures.ts';
import { DatasetShelf } from '../../../pipeline/datasets/shelf.ts';
import type { Store } from '../../../store/store.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { auditRoutes } from './audit.ts';
import { readRoutes } from './read.ts';
import { sampleRoutes } from './samples.ts';
import { steerRoutes } from './steer.ts';
import { suspectRoutes } from './suspects.ts';

/** Data sets: looked at, audited, decided about. Under the prefix that the caller gives. */
export function datasetRoutes(store: Store, tasks: Tasks) {
  return async (app: FastifyInstance): Promise<void> => {
    const shelf = new DatasetShelf(store.home);
    const pictures = new Pictures();
    app.addHook('onClose', () => pictures.close());
    await app.register(readRoutes(shelf));
    await app.register(sampleRoutes(shelf, pictures));
    await app.register(auditRoutes(shelf));
    await app.register(suspectRoutes(shelf, store));
    await app.register(steerRoutes(shelf, store, tasks));
  };
}
