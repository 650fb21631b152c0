import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyError, FastifyInstance } from 'fastify';
import type { NotFound } from './plugins/errors.ts';

/** Never a place in the page: what programs ask for. */
const PROGRAMS = /^\/(v1|v2|api|ajax-api|docs|assets|metrics|health|get-artifact)(\/|$)/;

/** The files of the built page, compressed where the build left them so. Anyone may have them: they hold nothing of the store's. */
export async function registerPage(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, may: 'public' };
      route.schema = { ...route.schema, hide: true };
    });
    // A path that leads out of the folder is no file of it, like any other.
    scope.setErrorHandler((error: FastifyError, _request, reply) => {
      if (error.statusCode !== 403) throw error;
      reply.callNotFound();
    });
    await scope.register(fastifyStatic, {
      root: folder,
      prefix: '/',
      preCompressed: true,
      // The files under assets/ carry their content's hash in their names; index.html names the current ones.
      setHeaders: (reply, path) =>
        void reply.header(
          'cache-control',
          /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
      cacheControl: false,
    });
  });
}

/** Places in the page (/runs/3f2a...) are no files: a browser that asks for one gets the page, which finds the way from there. */
export function pageFallback(folder: string): NotFound {
  const index = join(folder, 'index.html');
  return (request, reply) => {
    const path = request.url.split('?')[0]!;
    const asks = request.method === 'GET' || request.method === 'HEAD';
    if (!asks || PROGRAMS.test(path) || !/\btext\/html\b/.test(request.headers.accept ?? '')) return undefined;
    return readFile(index).then((html) =>
      reply.code(200).header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(html),
    );
  };
}
