import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { Health } from '../contract.ts';

export function healthRoutes(isClosing: () => boolean): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/health/live',
      {
        config: { may: 'public' },
        schema: { tags: ['operation'], summary: 'Is the process alive?', response: { 200: Health } },
      },
      async () => ({ status: 'live' as const }),
    );
    app.get(
      '/health/ready',
      {
        config: { may: 'public' },
        schema: { tags: ['operation'], summary: 'May traffic be sent here?', response: { 200: Health, 503: Health } },
      },
      async (_request, reply) =>
        isClosing() ? reply.code(503).send({ status: 'closing' as const }) : { status: 'ready' as const },
    );
  };
}
