/** The Open Inference Protocol, KServe's V2, over HTTP: health, metadata, inference. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { OslerError } from '../../../../errors.ts';
import { checkDeployment } from '../../../plugins/access.ts';
import { answerErrors, noVersion } from '../errors.ts';
import { Entrance, type ServedModels } from '../served.ts';
import {
  InferResponse,
  KserveError,
  ModelMetadata,
  ModelReady,
  ServerLive,
  ServerMetadata,
  ServerReady,
} from './contract.ts';
import { infer } from './infer.ts';
import { inputsOf, outputsOf } from './model.ts';

export interface KserveOptions {
  models: ServedModels;
  version: string;
  /** Whether traffic may be sent. */
  isReady(): boolean;
}

const Model = z.object({ model: z.string().max(200), version: z.string().max(200).optional() });
type Params = z.infer<typeof Model>;

const tags = ['protocols'];
const body = ({ code, message, hint }: OslerError) => ({
  error: message,
  code,
  ...(hint === undefined ? {} : { hint }),
});

export function kserveRoutes({ models, version, isReady }: KserveOptions) {
  return async (instance: FastifyInstance): Promise<void> => {
    answerErrors(instance, body);
    // JSON may be followed by binary data, whatever the content type says.
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes));
    const app = instance.withTypeProvider<ZodTypeProvider>();
    const errors = { 400: KserveError, 404: KserveError, 413: KserveError, 415: KserveError, 429: KserveError };

    app.get(
      '/v2',
      {
        config: { may: 'public' },
        schema: { tags, summary: 'The server, in KServe V2', response: { 200: ServerMetadata } },
      },
      async () => ({ name: 'osler', version, extensions: ['binary_tensor_data'] }),
    );
    app.get(
      '/v2/health/live',
      { config: { may: 'public' }, schema: { tags, summary: 'Is the process alive?', response: { 200: ServerLive } } },
      async () => ({ live: true }),
    );
    app.get(
      '/v2/health/ready',
      {
        config: { may: 'public' },
        schema: { tags, summary: 'May traffic be sent here?', response: { 200: ServerReady, 503: ServerReady } },
      },
      async (_request, reply) => (isReady() ? { ready: true } : reply.code(503).send({ ready: false })),
    );

    /** Throws NOT_FOUND for a model or a version that does not answer here. */
    const known = ({ model: name, version: asked }: Params) => {
      const model = models.get(name);
      if (asked !== undefined && !model.versions.includes(asked)) throw noVersion(model.name, asked, model.versions);
      return model;
    };
    const entrance = new Entrance();
    const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const model = known(request.params as Params);
      checkDeployment(request, model.name);
      entrance.enter(model, request, reply);
    };
    for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
      app.get(
        path,
        {
          config: { may: 'read' },
          schema: {
            tags,
            summary: 'Inputs and outputs',
            params: Model,
            response: { 200: ModelMetadata, 404: KserveError },
          },
        },
        async ({ params }) => {
          const { name, versions, manifest } = known(params);
          const asked = params.version === undefined ? [...versions] : [params.version];
          return {
            name,
            versions: asked,
            platform: 'osler_onnx',
            inputs: inputsOf(manifest),
            outputs: outputsOf(manifest),
          };
        },
      );
      app.get(
        `${path}/ready`,
        {
          // Which models there are is not for everybody.
          config: { may: 'read' },
          schema: {
            tags,
            summary: 'Does the model answer?',
            params: Model,
            response: { 200: ModelReady, 404: KserveError, 503: ModelReady },
          },
        },
        async ({ params }, reply) => {
          const { name } = known(params);
          return isReady() ? { name, ready: true } : reply.code(503).send({ name, ready: false });
        },
      );
      app.post(
        `${path}/infer`,
        {
          config: { may: 'predict', scoped: true },
          onRequest: admit,
          onResponse: async (_request, reply) => entrance.leave(reply),
          schema: {
            tags,
            summary: 'Predict images',
            description:
              'One input: `image` (BYTES, files; base64 in JSON), `images` (FP32, normalised, NCHW) or `pixels` (UINT8, NHWC). Outputs as asked for, else all.',
            params: Model,
            response: { 200: InferResponse, ...errors },
          },
        },
        async (request, reply) =>
          infer(request, reply, known(request.params), request.params.version) as Promise<InferResponse>,
      );
    }
  };
}
