import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { ASIDE_HEADERS } from '../routes/deployments/body.ts';

/** Lets pages of other sites that are named call this server; without any there is no trace of CORS in the answers. */
export async function registerCors(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  app.addHook('onRoute', (route) => {
    // The plugin's own, for preflights, which carry no credentials.
    if (route.method === 'OPTIONS' && route.url === '*') route.config = { ...route.config, may: 'public' };
  });
  await app.register(cors, {
    origin: [...origins],
    // Callers elsewhere send a key: the page's cookie is for the page itself.
    credentials: false,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'if-none-match',
      'last-event-id',
      ...Object.values(ASIDE_HEADERS),
    ],
    exposedHeaders: ['x-request-id', 'retry-after', 'etag'],
    maxAge: 600,
  });
}
