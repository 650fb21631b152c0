import type { FastifyInstance } from 'fastify';

/**
 * One line for each request: the route's pattern and not its address, no header, no name of a file, nobody's address. The request's id
 * stands in every line that is written on its behalf, and in the answer.
 */
export function registerRequestLog(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const traceId = app.tracing?.traceIdOf(request.id);
    request.log.info({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
      ...(traceId === undefined ? {} : { traceId }),
    });
    done();
  });
}
