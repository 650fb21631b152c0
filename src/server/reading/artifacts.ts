import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Store } from '../../store/store.ts';
import { Artifact, Paged, page } from './contract.ts';
import { pageOf, placeOf } from './cursor.ts';
import { failures, findRun, RunParams } from './runs.ts';

export function artifactRoutes(store: Store): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/runs/:run/artifacts',
      {
        config: { may: 'read' },
        schema: {
          tags: ['artifacts'],
          summary: 'Files of a run, in order of path',
          params: RunParams,
          querystring: Paged.extend({ under: z.string().optional().describe('Only below this folder.') }),
          response: { 200: page('artifacts', Artifact), ...failures },
        },
      },
      async ({ params, query: { under, limit, cursor } }) => {
        const { id } = await findRun(store, params.run);
        const after = placeOf(z.string(), cursor);
        const read = await store.artifacts.list(id, {
          limit: limit + 1,
          ...(under === undefined ? {} : { under: under.replace(/\/+$/, '') }),
          ...(after === undefined ? {} : { after }),
        });
        const { items, next } = pageOf(read, limit, ({ path }) => path);
        return { artifacts: items, next };
      },
    );
    app.get(
      '/runs/:run/artifacts/content',
      {
        config: { may: 'read' },
        schema: {
          tags: ['artifacts'],
          summary: 'The bytes of a file',
          description:
            'Checked against their sha256, which is the ETag, while they are sent: of an altered file the last bytes never come. Always an attachment.',
          params: RunParams,
          querystring: z.strictObject({ path: z.string() }),
        },
      },
      async ({ params, query, headers }, reply) => {
        const { id } = await findRun(store, params.run);
        const { sha256 } = await store.artifacts.get(id, query.path);
        reply.header('etag', `"${sha256}"`).header('cache-control', 'private, no-cache');
        if (headers['if-none-match'] === `"${sha256}"`) return reply.code(304).send();
        const { artifact, body } = await store.artifacts.read(id, query.path);
        const name = artifact.path.split('/').at(-1)!;
        return (
          reply
            .header('content-length', artifact.bytes)
            // A page that somebody logged must not run as this server's own.
            .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
            .header('x-content-type-options', 'nosniff')
            .type('application/octet-stream')
            .send(body)
        );
      },
    );
  };
}
