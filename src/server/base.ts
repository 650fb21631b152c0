import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { acceptRawImages } from './image-body.ts';
import { pageFallback, registerPage } from './page.ts';
import { type NotFound, registerErrors } from './plugins/errors.ts';
import { HELMET } from './plugins/helmet.ts';
import { registerOpenApi } from './plugins/openapi.ts';

export interface BaseOptions {
  version: string;
  logger?: FastifyBaseLogger;
  /** Folder of the built page; absent: no page. */
  page?: string;
  /** Bytes of a request's body at most, where its route says nothing else; default 25 MiB, which is also an image's. */
  bodyLimit?: number;
  /** Bytes of an image at most; default 25 MiB. */
  imageLimit?: number;
  /** Milliseconds for a whole request; default a minute: a client that stalls may not hold its place for ever. 0: no limit. */
  requestTimeout?: number;
  connectionTimeout?: number;
  maxParamLength?: number;
  /** Answers in its own way where there is nothing; undefined: not its business. */
  notFound?: NotFound;
}

export interface Base {
  app: FastifyInstance;
  /** The server was asked to end. */
  isClosing(): boolean;
}

export const IMAGE_LIMIT = 25 * 2 ** 20;

/** What every server of Osler has: ids, log lines, errors in one shape, headers, the OpenAPI document, the page. Routes come on top. */
export async function buildBase(options: BaseOptions): Promise<Base> {
  const imageLimit = options.imageLimit ?? IMAGE_LIMIT;
  const app = Fastify({
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
    bodyLimit: options.bodyLimit ?? imageLimit,
    requestTimeout: options.requestTimeout ?? 60_000,
    ...(options.connectionTimeout === undefined ? {} : { connectionTimeout: options.connectionTimeout }),
    genReqId: () => randomUUID(),
    // The default log lines hold addresses and URLs; the one written below holds neither.
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: options.maxParamLength ?? 200 },
  }) as unknown as FastifyInstance;
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const fallback = options.page === undefined ? undefined : pageFallback(options.page);
  registerErrors(app, (request, reply) => options.notFound?.(request, reply) ?? fallback?.(request, reply));
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
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
  await app.register(helmet, HELMET);
  await app.register(multipart, { limits: { fileSize: imageLimit, files: 4, fields: 20, parts: 24, fieldSize: 1024 } });
  acceptRawImages(app, imageLimit);
  await registerOpenApi(app, options.version);
  if (options.page !== undefined) await registerPage(app, options.page);
  return { app, isClosing: () => closing };
}
