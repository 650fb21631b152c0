import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { PRIORITIES } from '../../serving/deployments/gate.ts';

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
        properties: { image: { type: 'string', format: 'byte' }, heatmap: { enum: [true, false, 'map'] } },
        required: ['image'],
        additionalProperties: false,
      },
    },
  },
};

/** Said beside an image: as fields of a form or keys of JSON (with raw bytes: as headers). */
const ASIDE = {
  deployment: { type: 'string' },
  key: { type: 'string' },
  priority: { type: 'string', enum: PRIORITIES },
  deadlineMs: { type: 'integer', minimum: 1 },
  version: { type: 'string' },
};
const HEATMAP = { heatmap: { enum: [true, false, 'map'] } };
const BASE64 = { type: 'string', format: 'byte' };
const json = (properties: object, required: string[]) => ({
  schema: { type: 'object', properties, required, additionalProperties: false },
});
const form = (properties: object) => ({ schema: { type: 'object', properties, required: ['file'] } });
const { key: KEY, ...FOR_ALL } = ASIDE;

const BODIES = {
  '/predict/image': IMAGE_BODY,
  '/v1/predictions/{id}/replay': IMAGE_BODY,
  '/v1/predict': {
    required: true,
    content: {
      ...IMAGE_BODY.content,
      'multipart/form-data': form({ file: BINARY, ...ASIDE, ...HEATMAP }),
      'application/json': json({ image: BASE64, ...ASIDE, ...HEATMAP }, ['image']),
    },
  },
  '/v1/predict/batch': {
    required: true,
    content: {
      'multipart/form-data': form({ file: { type: 'array', items: BINARY }, ...ASIDE, ...HEATMAP }),
      'application/json': json(
        {
          items: { type: 'array', items: json({ image: BASE64, key: KEY }, ['image']).schema },
          ...FOR_ALL,
          ...HEATMAP,
        },
        ['items'],
      ),
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
      for (const [path, body] of Object.entries(BODIES)) {
        const post = document.openapiObject.paths?.[path]?.post;
        if (post !== undefined) post.requestBody = body as never;
      }
      return document.openapiObject;
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title: 'Osler API', css: [{ filename: 'osler.css', content: '.swagger-ui .topbar { display: none; }' }] },
  });
}
