import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Store } from '../store/store.ts';
import { mlflowRoutes } from './mlflow/plugin.ts';
import { readingRoutes } from './reading/plugin.ts';

export interface TrackingOptions {
  store: Store;
  version: string;
  logger?: FastifyBaseLogger;
}

/** Of a request's JSON: MLflow's largest dataset profile is 16 MB. Artifacts are streams, of any length. */
const BODY = 32 * 2 ** 20;

/** The server of experiments without a listener: MLflow's REST API over the store, and the reading API beside it. */
export async function buildTrackingApp({ store, version, logger }: TrackingOptions): Promise<FastifyInstance> {
  const app = Fastify({
    ...(logger === undefined ? { logger: false } : { loggerInstance: logger }),
    bodyLimit: BODY,
    // A large artifact may take its time, also on its way on to an object store, when the client hears nothing.
    requestTimeout: 0,
    connectionTimeout: 900_000,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 4_000 },
  });
  app.addHook('onResponse', async (request, reply) => {
    request.log.info({
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
    });
  });
  await app.register(mlflowRoutes(store, version));
  await app.register(readingRoutes(store, version));
  return app as unknown as FastifyInstance;
}
