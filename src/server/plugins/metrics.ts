import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type Answered, InferenceMetrics } from '../metrics/inference.ts';

export interface ServerMetrics {
  registry: Registry;
  /** Told of every image that a model was asked about. */
  answered: (answered: Answered) => void;
  /** Others who want to be told. */
  listeners: ((answered: Answered) => void)[];
}

/** Real Prometheus metrics, one registry per server. Labels never hold anything that comes from a request but the route's pattern. */
export function registerMetrics(app: FastifyInstance, pending: () => number): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'osler_http_request_duration_seconds',
    help: 'Seconds from a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  new Gauge({
    name: 'osler_inference_pending',
    help: 'Images under way.',
    registers: [registry],
    collect() {
      this.set(pending());
    },
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
  app.get(
    '/metrics',
    {
      config: { may: 'read' },
      schema: { tags: ['operation'], summary: 'Prometheus metrics' },
    },
    async (_request, reply) => {
      reply.header('content-type', registry.contentType);
      return registry.metrics();
    },
  );
  const inference = new InferenceMetrics(registry);
  const listeners: ServerMetrics['listeners'] = app.tracing === null ? [] : [app.tracing.answered];
  return {
    registry,
    listeners,
    answered: (answered) => {
      inference.answered(answered);
      for (const tell of listeners) tell(answered);
    },
  };
}
