import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Store } from '../../store/store.ts';
import { registerErrors } from '../plugins/errors.ts';
import { HELMET } from '../plugins/helmet.ts';
import { artifactRoutes } from './artifacts.ts';
import { curveRoutes } from './curves.ts';
import { modelRoutes } from './models.ts';
import { runRoutes } from './runs.ts';

/** What there is, to be read: `/v1`, described at `/docs`. It changes nothing. */
export function readingRoutes(store: Store, version: string) {
  return async (app: FastifyInstance): Promise<void> => {
    app.setValidatorCompiler(validatorCompiler);
    app.setSerializerCompiler(serializerCompiler);
    await app.register(helmet, HELMET);
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Osler: runs and models',
          version,
          description:
            'Runs, metrics sampled for drawing, comparisons, artifacts and registered models, to be read. Lists come in pages: `next` of one is the `cursor` of the next. MLflow’s own API is beside it, under /api/2.0/mlflow.',
        },
        tags: [
          { name: 'runs', description: 'Experiments, runs and their metrics' },
          { name: 'curves', description: 'Drawings and comparisons' },
          { name: 'artifacts', description: 'Files of runs' },
          { name: 'registry', description: 'Registered models' },
        ],
      },
      transform: jsonSchemaTransform,
    });
    await app.register(swaggerUi, {
      routePrefix: '/docs',
      theme: {
        title: 'Osler API',
        css: [{ filename: 'osler.css', content: '.swagger-ui .topbar { display: none; }' }],
      },
    });
    await app.register(
      async (scope) => {
        registerErrors(scope);
        await scope.register(runRoutes(store));
        await scope.register(curveRoutes(store));
        await scope.register(artifactRoutes(store));
        await scope.register(modelRoutes(store));
      },
      { prefix: '/v1' },
    );
  };
}
