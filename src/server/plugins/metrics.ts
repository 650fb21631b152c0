import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface ServerMetrics {
  registry: Registry;
  /** Images answered, by outcome: `ok` or the error's code. */
  images: Counter<'outcome'>;
  /** Images unlike those of validation: a rate above the stated one is the first sign that what comes in has changed. */
  unlike: Counter;
  /** From the image's bytes to its answer. */
  latency: Histogram;
}

/** Real Prometheus metrics, one registry per server. Labels never hold anything that comes from a request but the route's pattern. */
export function registerMetrics(app: FastifyInstance, pending: () => number): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const images = new Counter({
    name: 'osler_inference_requests_total',
    help: 'Images answered, by outcome.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const unlike = new Counter({
    name: 'osler_inference_out_of_distribution_total',
    help: 'Images answered that are unlike those of validation.',
    registers: [registry],
  });
  const latency = new Histogram({
    name: 'osler_inference_latency_seconds',
    help: 'Seconds from an image to its answer: decode, queue, network, heat map.',
    buckets: [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.3, 0.5, 1, 2, 5],
    registers: [registry],
  });
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
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  app.get(
    '/metrics',
    {
      config: { may: 'read' },
      schema: { tags: ['operation'], summary: 'Prometheus metrics', produces: ['text/plain'] },
    },
    async (_request, reply) => {
      reply.header('content-type', registry.contentType);
      return registry.metrics();
    },
  );
  return { registry, images, unlike, latency };
}
