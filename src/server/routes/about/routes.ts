import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { About, type Room } from './contract.ts';

export interface AboutOptions {
  version: string;
  rooms: readonly Room[];
  /** How one signs in here; default: nobody needs to. */
  auth?: About['auth'];
}

export function aboutRoutes({
  version,
  rooms,
  auth = { required: false, methods: [] },
}: AboutOptions): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/about',
      {
        config: { may: 'public' },
        schema: { tags: ['operation'], summary: 'Which server this is, and who asks', response: { 200: About } },
      },
      async ({ who }) => ({
        version,
        rooms: [...rooms],
        user: who === undefined || who.how === 'none' ? null : { name: who.name, permissions: [...who.permissions] },
        auth,
      }),
    );
  };
}
