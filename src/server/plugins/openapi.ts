import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { PRIORITIES } from '../../serving/priority.ts';
import { ErrorBody } from '../contract.ts';

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

/** KServe V2; `data` is left out of an input that follows as binary data. */
const TENSORS = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    inputs: {
      type: 'array',
      minItems: 1,
      maxItems: 1,
      items: {
        type: 'object',
        properties: {
          name: { type: 'string', enum: ['image', 'images', 'pixels'] },
          datatype: { type: 'string', enum: ['BYTES', 'FP32', 'UINT8'] },
          shape: { type: 'array', items: { type: 'integer' } },
          parameters: { type: 'object' },
          data: { type: 'array', items: {} },
        },
        required: ['name', 'datatype', 'shape'],
      },
    },
    outputs: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
  },
  required: ['inputs'],
};
const INFER = {
  required: true,
  content: { 'application/json': { schema: TENSORS }, 'application/octet-stream': { schema: BINARY } },
};
const TABLE = { type: 'object', description: 'A data frame or tensors, as MLflow writes them.' };

const BODIES = {
  '/predict/image': IMAGE_BODY,
  '/inference': IMAGE_BODY,
  '/v2/models/{model}/infer': INFER,
  '/v2/models/{model}/versions/{version}/infer': INFER,
  '/invocations': {
    required: true,
    content: {
      'application/octet-stream': { schema: BINARY },
      'image/*': { schema: BINARY },
      'application/json': {
        schema: {
          oneOf: [
            { type: 'object', properties: { image: BASE64, key: { type: 'string' } }, required: ['image'] },
            ...['dataframe_split', 'dataframe_records', 'instances', 'inputs'].map((name) => ({
              type: 'object',
              properties: { [name]: name === 'dataframe_split' ? TABLE : {} },
              required: [name],
            })),
          ],
        },
      },
      'text/csv': { schema: { type: 'string' } },
    },
  },
  '/v1/jobs': {
    required: true,
    content: {
      'multipart/form-data': form({
        deployment: { type: 'string' },
        model: { type: 'string' },
        name: { type: 'string' },
        file: { type: 'array', items: BINARY },
      }),
    },
  },
  '/v1/predictions/{id}/replay': IMAGE_BODY,
  '/v1/opinions': IMAGE_BODY,
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

/** What is answered in other forms than JSON, by path. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  '/v1/events': ['text/event-stream'],
  '/v1/jobs/{id}/result': ['application/x-ndjson', 'text/csv'],
  '/v1/datasets/{name}/versions/{version}/images/{number}': ['image/webp'],
  '/v1/runs/{run}/artifacts/content': ['application/octet-stream'],
  '/metrics': ['text/plain'],
};

const ABOUT =
  'Runs, data sets, models and deployments, and predictions with the evidence they rest on. Lists come in pages: `next` of one is the `cursor` of the next. MLflow’s own API is beside it, under /api/2.0/mlflow.';

const TAGS = {
  prediction: 'Images in, answers out',
  deployments: 'What is served, how it changes, and what feedback says of it',
  runs: 'Experiments, runs and their metrics',
  trainings: 'Trainings that are begun, followed and stopped here',
  sweeps: 'Searches over settings',
  curves: 'Drawings and comparisons',
  artifacts: 'Files of runs',
  registry: 'Registered models',
  datasets: 'Data sets: versions, images, audits, decisions',
  studio: 'What the page shows of the whole house',
  protocols: 'The same predictions as other systems ask for them',
  jobs: 'Folders and archives that are scored',
  session: 'Signing in to the page',
  operation: 'Health, metrics, who asks',
};

const REFUSED = { 401: ErrorBody, 403: ErrorBody, 429: ErrorBody };
/** Of what is answered in other forms than JSON. */
const FAILED = { 400: ErrorBody, 404: ErrorBody };

/** Says what a route asks of its callers, and how they are refused. On a server that asks nobody none of it happens. */
function guardedSchema({ schema, route }: { schema: FastifySchema; route: RouteOptions }): FastifySchema {
  const may = route.config?.may;
  if (may === undefined || may === 'public') return schema;
  const response = { ...REFUSED, ...((schema?.response as object | undefined) ?? FAILED) };
  return { ...schema, security: [{ bearer: [may] }], response };
}

/**
 * Where a field may hold any JSON, its recursive schema was given a name and left behind: the references lead nowhere. They lead to one schema
 * that allows everything.
 */
function withAnyJson<T extends { components?: object }>(document: T): T {
  const known = (document.components ?? {}) as { schemas?: Record<string, unknown> };
  const text = JSON.stringify(document).replaceAll(/"#\/components\/schemas\/(schema\d+)"/g, (ref, name: string) =>
    known.schemas?.[name] === undefined ? '"#/components/schemas/AnyJson"' : ref,
  );
  const parsed = JSON.parse(text) as T;
  const schemas = { ...known.schemas, AnyJson: { description: 'Any JSON.' } };
  return { ...parsed, components: { ...parsed.components, schemas } };
}

/** One document for all routes of a server that come after this. */
export async function registerOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Osler', version, description: ABOUT },
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A key (osler keys create), or a token of the identity provider.',
          },
        },
      },
    },
    // Routes without a schema speak another protocol, which is described where it comes from.
    hideUntagged: true,
    transform: (route) => jsonSchemaTransform({ ...route, schema: guardedSchema(route) }),
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      for (const [path, body] of Object.entries(BODIES)) {
        const post = document.openapiObject.paths?.[path]?.post;
        if (post !== undefined) post.requestBody = body as never;
      }
      for (const [path, types] of Object.entries(FILES)) {
        const get = document.openapiObject.paths?.[path]?.get;
        const content = Object.fromEntries(types.map((type) => [type, { schema: BINARY }]));
        if (get !== undefined)
          get.responses = { 200: { description: 'As it is.', content }, ...get.responses } as never;
      }
      return withAnyJson(jsonSchemaTransformObject(document) as typeof document.openapiObject);
    },
  });
}

/** The page that shows the document. Anyone may read it: it says nothing of the store. */
export async function registerDocs(app: FastifyInstance): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, may: 'public' };
    });
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      theme: {
        title: 'Osler API',
        css: [{ filename: 'osler.css', content: '.swagger-ui .topbar { display: none; }' }],
      },
    });
  });
}
