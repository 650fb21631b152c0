import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Predictor } from '../serving/predictor.ts';
import { acceptRawImages } from './image-body.ts';
import { registerErrors } from './plugins/errors.ts';
import { HELMET } from './plugins/helmet.ts';
import { registerMetrics } from './plugins/metrics.ts';
import { registerOpenApi } from './plugins/openapi.ts';
import { registerDeployments, type ServedDeployments } from './routes/deployments/plugin.ts';
import { healthRoutes } from './routes/health.ts';
import { modelRoutes } from './routes/model.ts';
import { predictRoutes } from './routes/predict.ts';

export interface AppOptions {
  predictor: Pick<Predictor, 'manifest' | 'pending' | 'predict'>;
  /** What /v1 answers with; absent: there is no /v1. */
  deployments?: ServedDeployments;
  version: string;
  /** Folder of the built page; absent: no page. */
  page?: string;
  logger?: FastifyBaseLogger;
  /** Bytes of a request's body at most; default 25 MiB. */
  bodyLimit?: number;
  /** Images being received or predicted at once; more are refused before their bytes are read. Default 64. */
  maxUploads?: number;
}

const DEFAULT_BODY = 25 * 2 ** 20;
const DEFAULT_UPLOADS = 64;

/** The application without a listener: the server listens, tests inject requests. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const bodyLimit = options.bodyLimit ?? DEFAULT_BODY;
  const app = Fastify({
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
    bodyLimit,
    // A client that stalls in the middle of a request may not hold its place for ever.
    requestTimeout: 60_000,
    genReqId: () => randomUUID(),
    // The default log lines hold addresses and URLs; the one written below holds neither.
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<ZodTypeProvider>();
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  registerErrors(app as unknown as FastifyInstance);
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    request.log.info({
      requestId: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
    });
  });
  await app.register(helmet, HELMET);
  await app.register(multipart, { limits: { fileSize: bodyLimit, files: 4, fields: 20, parts: 24, fieldSize: 1024 } });
  acceptRawImages(app as unknown as FastifyInstance);
  await registerOpenApi(app as unknown as FastifyInstance, options.version);
  const metrics = registerMetrics(app as unknown as FastifyInstance, () => options.predictor.pending);
  await app.register(
    predictRoutes({ predictor: options.predictor, metrics, maxUploads: options.maxUploads ?? DEFAULT_UPLOADS }),
  );
  await app.register(modelRoutes(() => options.predictor.manifest));
  if (options.deployments !== undefined)
    await registerDeployments(app as unknown as FastifyInstance, options.deployments, metrics.registry);
  await app.register(healthRoutes(() => closing));
  if (options.page !== undefined)
    await app.register(fastifyStatic, {
      root: options.page,
      prefix: '/',
      // The files under assets/ carry their content's hash in their names; index.html names the current ones.
      setHeaders: (reply, path) =>
        void reply.header(
          'cache-control',
          /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
      cacheControl: false,
    });
  return app as unknown as FastifyInstance;
}
