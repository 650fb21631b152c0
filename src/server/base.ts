import { randomUUID } from 'node:crypto';
import multipart from '@fastify/multipart';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { registerRefusals } from './admission.ts';
import { acceptRawImages } from './image-body.ts';
import { refuseDeepBodies } from './json-depth.ts';
import { pageFallback, registerPage } from './page.ts';
import { knownBefore } from './plugins/access.ts';
import { type NotFound, registerErrors } from './plugins/errors.ts';
import { registerHeaders } from './plugins/helmet.ts';
import { collectMethods, refuseMethod } from './plugins/methods.ts';
import { registerDocs, registerOpenApi } from './plugins/openapi.ts';
import { registerRequestLog } from './plugins/request-log.ts';
import { closeSilentConnections } from './plugins/silent-connections.ts';
import { answerBroken, answerUnreadable } from './plugins/unreadable.ts';
import { registerSecurity, type SecurityOptions, transportOf, unconfigured } from './security.ts';
import { registerTracing } from './tracing/plugin.ts';
import type { Tracing } from './tracing/tracing.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** From now on the server says that it is not ready, and answers on: those who send traffic look elsewhere before it closes. */
    startDraining(): void;
  }
}

export interface BaseOptions {
  version: string;
  logger?: FastifyBaseLogger;
  /** Folder of the built page; absent: no page. */
  page?: string;
  /** Bytes of a request's body at most, where its route says nothing else; default 25 MiB, which is also an image's. */
  bodyLimit?: number;
  /** Bytes of an image at most; default 25 MiB. */
  imageLimit?: number;
  /** Who may do what, and over what; default: this machine alone, which may do all. */
  security?: SecurityOptions | undefined;
  /** Milliseconds for a whole request; default what `security` gives a head and a body: a client that stalls may not hold its place for ever. 0: no limit. */
  requestTimeout?: number;
  /** Milliseconds in which nothing moves; default two minutes. */
  connectionTimeout?: number;
  maxParamLength?: number;
  /** Where spans go; absent: nowhere. */
  tracing?: Tracing | undefined;
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
  const security = options.security ?? unconfigured();
  const { limits, proxies } = security.gate.config;
  const app = Fastify({
    ...transportOf(security),
    ...(proxies.length === 0 ? {} : { trustProxy: proxies }),
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
    bodyLimit: options.bodyLimit ?? imageLimit,
    requestTimeout: options.requestTimeout ?? (limits.headSeconds + limits.bodySeconds) * 1_000,
    connectionTimeout: options.connectionTimeout ?? 120_000,
    genReqId: () => randomUUID(),
    // What comes on a connection that was open before is answered still; `connection: close` says that no more is.
    return503OnClosing: false,
    // The default log lines hold addresses and URLs; the one written below holds neither.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    forceCloseConnections: 'idle',
    frameworkErrors: answerUnreadable,
    clientErrorHandler: answerBroken,
    routerOptions: { maxParamLength: options.maxParamLength ?? 200 },
  }) as unknown as FastifyInstance;
  registerRefusals(app, (request) => knownBefore(request, security.gate));
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.decorate('startDraining', () => {
    closing = true;
  });
  // Clients that keep their connections let go of them, before they are closed under a request that is on its way.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
  closeSilentConnections(app);
  refuseDeepBodies(app);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const fallback = options.page === undefined ? undefined : pageFallback(options.page);
  const methods = collectMethods(app);
  const otherMethods = (request: FastifyRequest, reply: FastifyReply) => refuseMethod(request, reply, methods);
  registerErrors(
    app,
    (request, reply) =>
      options.notFound?.(request, reply) ?? fallback?.(request, reply) ?? otherMethods(request, reply),
  );
  registerRequestLog(app);
  registerTracing(app, options.tracing ?? null);
  registerHeaders(app, security.certificate !== null);
  await registerOpenApi(app, options.version);
  await registerSecurity(app, security);
  await app.register(multipart, { limits: { fileSize: imageLimit, files: 4, fields: 20, parts: 24, fieldSize: 1024 } });
  acceptRawImages(app, imageLimit);
  await registerDocs(app);
  if (options.page !== undefined) await registerPage(app, options.page);
  return { app, isClosing: () => closing };
}
