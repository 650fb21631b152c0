import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { buildBase } from './base.ts';
import { type PredictingOptions, registerPredicting } from './predicting.ts';
import { aboutRoutes } from './routes/about/routes.ts';

export interface AppOptions extends Omit<PredictingOptions, 'isClosing'> {
  /** Folder of the built page; absent: no page. */
  page?: string;
  logger?: FastifyBaseLogger;
  /** Bytes of a request's body at most; default 25 MiB. */
  bodyLimit?: number;
}

/** The slim predictor without a listener: the server listens, tests inject requests. The whole house is in house.ts. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { version, page, logger, bodyLimit, ...predicting } = options;
  const { app, isClosing } = await buildBase({
    version,
    ...(page === undefined ? {} : { page }),
    ...(logger === undefined ? {} : { logger }),
    ...(bodyLimit === undefined ? {} : { bodyLimit, imageLimit: bodyLimit }),
  });
  await registerPredicting(app, { ...predicting, version, isClosing });
  const rooms = predicting.deployments === undefined ? (['predict'] as const) : (['predict', 'deployments'] as const);
  await app.register(aboutRoutes({ version, rooms }));
  return app;
}
