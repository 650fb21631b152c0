import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { longWork } from '../pipeline/long-work.ts';
import type { Health } from '../pipeline/operation/health.ts';
import { openOpinions } from '../pipeline/opinions/store-opinions.ts';
import type { Version } from '../serving/deployments/loaded.ts';
import type { Store } from '../store/store.ts';
import { buildBase } from './base.ts';
import { registerTrainingMetrics } from './metrics/training.ts';
import { mlflowNotFound, mlflowRoutes } from './mlflow/plugin.ts';
import { registerMetrics } from './plugins/metrics.ts';
import { registerPredicting } from './predicting.ts';
import { readingRoutes } from './reading/plugin.ts';
import { ROOMS } from './routes/about/contract.ts';
import { aboutRoutes } from './routes/about/routes.ts';
import { ordered } from './routes/datasets/ordered.ts';
import { datasetRoutes } from './routes/datasets/plugin.ts';
import { asPredictor, type ServedDeployments } from './routes/deployments/plugin.ts';
import { eventRoutes } from './routes/events/routes.ts';
import { experimentRoutes } from './routes/experiments/plugin.ts';
import { registerHealth } from './routes/health/plugin.ts';
import { homeRoutes } from './routes/home/routes.ts';
import { registerModels } from './routes/models/plugin.ts';
import { opinionRoutes } from './routes/opinions/plugin.ts';
import { type SecurityOptions, signInOf } from './security.ts';
import { taskRoutes } from './tasks/routes.ts';
import { Tasks } from './tasks/tasks.ts';
import type { Tracing } from './tracing/tracing.ts';

export interface HouseOptions {
  store: Store;
  version: string;
  logger?: FastifyBaseLogger;
  /** Folder of the built page; absent: no page. */
  page?: string;
  /** Answers images; absent: the house has everything else. */
  deployments?: ServedDeployments;
  /** ONNX Runtime's, for models that are asked by themselves. */
  threads?: number;
  /** Absent: the server says that it is there, and no more. */
  health?: Health | undefined;
  /** Who may do what; default: this machine alone, which may do all. */
  security?: SecurityOptions | undefined;
  /** Where spans go; absent: nowhere. */
  tracing?: Tracing | undefined;
}

/** Of a request's JSON: MLflow's largest dataset profile is 16 MB. Artifacts are streams, of any length; images have a limit of their own. */
const BODY = 32 * 2 ** 20;

/** The whole house on one port, without a listener: MLflow's REST API over the store, Osler's own under /v1, the page, and predictions. */
export async function buildHouse(options: HouseOptions): Promise<FastifyInstance> {
  const { store, version, logger, page, deployments, threads, health, tracing, security } = options;
  const { app, isClosing } = await buildBase({
    version,
    tracing,
    security,
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
  await app.register(homeRoutes(store, deployments?.host), { prefix: '/v1' });
  await app.register(eventRoutes(store), { prefix: '/v1' });
  const tasks = new Tasks(store, longWork(store));
  // What a server before this one was at is told from the start.
  app.addHook('onReady', () => tasks.settle());
  // What it left for later is done beside the first requests; where it can't be, who reads is told why.
  app.addHook('onReady', async () => {
    store.logs.settle().catch(() => undefined);
  });
  app.addHook('preClose', () => tasks.close());
  await app.register(
    taskRoutes(tasks, (work, actor) => ordered(store, work, actor)),
    { prefix: '/v1' },
  );
  await app.register(datasetRoutes(store, tasks), { prefix: '/v1' });
  const host = deployments?.host;
  const hold = host && ((version: Version) => host.hold(version));
  await app.register(opinionRoutes(openOpinions(store, { hold, ...(threads === undefined ? {} : { threads }) })), {
    prefix: '/v1',
  });
  await registerModels(app, store, tasks);
  if (deployments !== undefined) {
    const predictor = asPredictor(deployments.host, randomUUID);
    const { registry } = await registerPredicting(app, { predictor, deployments, version, isClosing, health });
    registerTrainingMetrics(registry, store);
  } else {
    const metrics = registerMetrics(app, () => 0);
    registerTrainingMetrics(metrics.registry, store);
    await registerHealth(app, metrics, { isClosing, health });
  }
  const rooms = deployments === undefined ? ROOMS.filter((room) => room !== 'jobs') : ROOMS;
  await app.register(aboutRoutes({ version, rooms, auth: signInOf(security) }));
  return app;
}
