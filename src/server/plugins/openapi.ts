import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';

const BINARY = { type: 'string', format: 'binary' } as const;

/** How an image may be sent: read by hand in the route, so described by hand here. */
const IMAGE_BODY = {
  required: true,
  content: {
    'multipart/form-data': { schema: { type: 'object', properties: { file: BINARY }, required: ['file'] } },
    'application/octet-stream': { schema: BINARY },
    'image/*': { schema: BINARY },
    'application/json': {
      schema: {
        type: 'object',
        properties: { image: { type: 'string', format: 'byte' }, heatmap: { type: 'boolean' } },
        required: ['image'],
        additionalProperties: false,
      },
    },
  },
};

export async function registerOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Osler', version, description: 'Predictions of one bundle, with the evidence they rest on.' },
      tags: [
        { name: 'prediction', description: 'Images in, answers out' },
        { name: 'deployments', description: 'What is served, how it changes, and what feedback says of it' },
        { name: 'operation', description: 'Health and metrics' },
      ],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      const post = document.openapiObject.paths?.['/predict/image']?.post;
      if (post !== undefined) post.requestBody = IMAGE_BODY as never;
      return document.openapiObject;
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title: 'Osler API', css: [{ filename: 'osler.css', content: '.swagger-ui .topbar { display: none; }' }] },
  });
}
