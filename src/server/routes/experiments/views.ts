import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Store } from '../../../store/store.ts';
import { SavedView } from '../../../store/studio/views.ts';
import { NoQuery } from '../../reading/contract.ts';
import { failures, View, ViewBody, Views } from './contract.ts';

const Room = SavedView.pick({ room: true });
const Named = SavedView.pick({ room: true, name: true });

export function viewRoutes({ views }: Store): FastifyPluginAsyncZod {
  const tags = ['studio'];
  return async (app) => {
    app.get(
      '/views/:room',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Tables as people arranged them',
          params: Room,
          querystring: NoQuery,
          response: { 200: Views, ...failures },
        },
      },
      async ({ params }) => ({ views: await views.list(params.room) }),
    );
    app.put(
      '/views/:room/:name',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Saves a view, over one of the same name',
          params: Named,
          body: ViewBody,
          response: { 200: View, ...failures },
        },
      },
      async ({ params, body, who }) =>
        views.save({ ...params, ...body, who: who.name, changedAt: new Date().toISOString() }),
    );
    app.delete(
      '/views/:room/:name',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Forgets a view',
          params: Named,
          response: { 200: z.object({ deleted: z.literal(true) }), ...failures },
        },
      },
      async ({ params: { room, name } }) => {
        await views.delete(room, name);
        return { deleted: true as const };
      },
    );
  };
}
