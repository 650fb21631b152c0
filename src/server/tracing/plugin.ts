import type { FastifyInstance } from 'fastify';
import type { Tracing } from './tracing.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Null where nobody asked for traces. */
    tracing: Tracing | null;
  }
}

/** A span for each request, beginning with its first byte and ending with its answer's last. */
export function registerTracing(app: FastifyInstance, tracing: Tracing | null): void {
  app.decorate('tracing', tracing);
  if (tracing === null) return;
  app.addHook('onRequest', async (request) => {
    const { traceparent } = request.headers;
    tracing.begin({
      id: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      ...(typeof traceparent === 'string' ? { traceparent } : {}),
    });
  });
  app.addHook('onResponse', async (request, reply) => tracing.end(request.id, reply.statusCode));
  // A client that went away before its answer.
  app.addHook('onRequestAbort', async (request) => tracing.end(request.id, null));
}
