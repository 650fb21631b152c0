import type { FastifyInstance } from 'fastify';
import type { Permission } from '../../security/permission.ts';
import type { Store } from '../../store/store.ts';
import type { NotFound } from '../plugins/errors.ts';
import { artifactRoutes, getArtifactRoute, proxyRoutes } from './artifacts.ts';
import { notFound, registerMlflowErrors } from './errors.ts';
import { experimentRoutes } from './experiments.ts';
import { inputRoutes } from './inputs.ts';
import { loggedModelRoutes } from './logged-models.ts';
import { loggingRoutes } from './logging.ts';
import { metricRoutes } from './metrics.ts';
import { modelVersionRoutes } from './model-versions.ts';
import { multipartRoutes } from './multipart.ts';
import { registeredFileRoutes } from './registered-files.ts';
import { registeredModelRoutes } from './registered-models.ts';
import { runRoutes } from './runs.ts';

/** MLflow's REST API 2.0. Its Python client asks under `/api`, its page under `/ajax-api`. */
export function mlflowRoutes(store: Store, version: string) {
  return async (app: FastifyInstance): Promise<void> => {
    registerMlflowErrors(app);
    acceptJson(app);
    app.addHook('onRoute', (route) => {
      // Artifacts are of any size, and come as fast as they come.
      const streams = route.url.includes('/mlflow-artifacts/');
      route.config = { may: mayOf(route.method, route.url), streams, ...route.config };
    });
    app.get('/health', (_request, reply) => reply.type('text/plain').send('OK'));
    // MLflow's clients only look whether it is there.
    app.get('/version', (_request, reply) => reply.type('text/plain').send(version));
    getArtifactRoute(app, store);
    for (const prefix of ['/api', '/ajax-api']) {
      app.get(`${prefix}/3.0/mlflow/server-info`, async () => ({
        store_type: 'SqlStore',
        workspaces_enabled: false,
        trace_archival_enabled: false,
        multipart_uploads_enabled: true,
        multipart_downloads_enabled: false,
      }));
      await app.register(
        async (scope) => {
          experimentRoutes(scope, store);
          runRoutes(scope, store);
          loggingRoutes(scope, store);
          metricRoutes(scope, store);
          inputRoutes(scope, store);
          loggedModelRoutes(scope, store);
          artifactRoutes(scope, store);
          registeredModelRoutes(scope, store);
          modelVersionRoutes(scope, store);
        },
        { prefix: `${prefix}/2.0/mlflow` },
      );
      await app.register(
        async (scope) => {
          multipartRoutes(scope, store);
          await scope.register(async (streams) => {
            streams.removeAllContentTypeParsers();
            streams.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
            proxyRoutes(streams, store);
            registeredFileRoutes(streams, store);
          });
        },
        { prefix: `${prefix}/2.0/mlflow-artifacts` },
      );
    }
  };
}

/** Searches with long filters, sent as POST. */
const READS = /\/(runs|experiments|logged-models)\/search$|\/registered-models\/get-latest-versions$/;
const OPEN = new Set(['/health', '/version']);

/** Older than Osler's permissions, these routes tell by method and name what they do. */
function mayOf(method: string | string[], url: string): Permission {
  if (OPEN.has(url)) return 'public';
  const reads = [method].flat().every((one) => one === 'GET' || one === 'HEAD') || READS.test(url);
  return reads ? 'read' : 'write';
}

/** Where MLflow's clients ask for something that is not there, they are told so in MLflow's words. */
export const mlflowNotFound: NotFound = (request, reply) => {
  const path = request.url.split('?')[0]!;
  if (!/^\/(api|ajax-api)\//.test(path)) return undefined;
  return reply.code(404).type('application/json').send(notFound(request.method, path));
};

/** JSON whatever the type says, and no body where there is none: curl and old clients send no type. */
function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(body as string));
    } catch {
      done(Object.assign(new Error('The body is not valid JSON.'), { statusCode: 400 }), undefined);
    }
  });
}
