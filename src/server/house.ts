import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Store } from '../store/store.ts';
import { buildBase } from './base.ts';
import { mlflowNotFound, mlflowRoutes } from './mlflow/plugin.ts';
import { registerMetrics } from './plugins/metrics.ts';
import { registerPredicting } from './predicting.ts';
import { readingRoutes } from './reading/plugin.ts';
import { ROOMS } from './routes/about/contract.ts';
import { aboutRoutes } from './routes/about/routes.ts';
import { asPredictor, type ServedDeployments } from './routes/deployments/plugin.ts';
import { experimentRoutes } from './routes/experiments/plugin.ts';
import { healthRoutes } from './routes/health.ts';
import { registerModels } from './routes/models/plugin.ts';

export interface HouseOptions {
  store: Store;
  version: string;
  logger?: FastifyBaseLogger;
  /** Folder of the built page; absent: no page. */
  page?: string;
  /** Answers images; absent: the house has everything else. */
  deployments?: ServedDeployments;
}

/** Of a request's JSON: MLflow's largest dataset profile is 16 MB. Artifacts are streams, of any length; images have a limit of their own. */
const BODY = 32 * 2 ** 20;

/** The whole house on one port, without a listener: MLflow's REST API over the store, Osler's own under /v1, the page, and predictions. */
export async function buildHouse(options: HouseOptions): Promise<FastifyInstance> {
  const { store, version, logger, page, deployments } = options;
  const { app, isClosing } = await buildBase({
    version,
    bodyLimit: BODY,
    // A large artifact may take its time, also on its way on to an object store, when the client hears nothing.
    requestTimeout: 0,
    connectionTimeout: 900_000,
    maxParamLength: 4_000,
    notFound: mlflowNotFound,
    ...(page === undefined ? {} : { page }),
    ...(logger === undefined ? {} : { logger }),
  });
  await app.register(mlflowRoutes(store, version));
  await app.register(readingRoutes(store), { prefix: '/v1' });
  await app.register(experimentRoutes(store), { prefix: '/v1' });
  await registerModels(app, store);
  if (deployments !== undefined) {
    const predictor = asPredictor(deployments.host, randomUUID);
    await registerPredicting(app, { predictor, deployments, version, isClosing });
  } else {
    registerMetrics(app, () => 0);
    await app.register(healthRoutes(isClosing));
  }
  await app.register(aboutRoutes({ version, rooms: ROOMS }));
  return app;
}
