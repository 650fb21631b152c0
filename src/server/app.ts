import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { buildBase } from './base.ts';
import { type PredictingOptions, registerPredicting } from './predicting.ts';
import { aboutRoutes } from './routes/about/routes.ts';
import { type SecurityOptions, signInOf } from './security.ts';
import type { Tracing } from './tracing/tracing.ts';

export interface AppOptions extends Omit<PredictingOptions, 'isClosing'> {
  /** Folder of the built page; absent: no page. */
  page?: string;
  logger?: FastifyBaseLogger;
  /** Bytes of a request's body at most; default 25 MiB. */
  bodyLimit?: number;
  /** Who may do what; default: this machine alone, which may do all. */
  security?: SecurityOptions | undefined;
  /** Where spans go; absent: nowhere. */
  tracing?: Tracing | undefined;
}

/** The slim predictor without a listener: the server listens, tests inject requests. The whole house is in house.ts. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { version, page, logger, bodyLimit, tracing, security, ...predicting } = options;
  const { app, isClosing } = await buildBase({
    version,
    tracing,
    security,
    ...(page === undefined ? {} : { page }),
    ...(logger === undefined ? {} : { logger }),
    ...(bodyLimit === undefined ? {} : { bodyLimit, imageLimit: bodyLimit }),
  });
  await registerPredicting(app, { ...predicting, version, isClosing });
  const rooms =
    predicting.deployments === undefined ? (['predict'] as const) : (['predict', 'jobs', 'deployments'] as const);
  await app.register(aboutRoutes({ version, rooms, auth: signInOf(security) }));
  return app;
}
