/** Routes of services as tutorials write them: one image in, a class out; rows of pixels in, predictions out; one health answer. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { OslerError } from '../../../errors.ts';
import { mapInOrder } from '../../../serving/map-in-order.ts';
import { ErrorBody } from '../../contract.ts';
import { imageOf } from '../../image-body.ts';
import { diagnosisOf } from './diagnoses.ts';
import { evidenceOf } from './evidence.ts';
import { flatten, fromBytes } from './pixels.ts';
import { type Answered, Entrance, idOf, type ServedModel, type ServedModels } from './served.ts';

export interface ClassicOptions {
  models: ServedModels;
  isReady(): boolean;
}

const tags = ['protocols'];
const AT_ONCE = 4;
const MOST = 256;
const Extra = z.json();

export const InferenceAnswer = z
  .object({
    predicted_class: z.string(),
    diagnosis: z.string().describe('The class in words, where it is a code of the ISIC archive.'),
    confidence: z.number().describe('Probability of the class.'),
    is_cancer: z
      .boolean()
      .nullable()
      .describe(
        'Whether the summed probability of the positive classes reaches the operating point; null where none are named.',
      ),
    probabilities: z.record(z.string(), z.number()),
  })
  .catchall(Extra);
export const ClassicHealth = z.object({
  status: z.string(),
  model_loaded: z.boolean(),
  model_path: z
    .string()
    .describe('What is served, by its name in the registry or the bundles: never a path of the machine.'),
});
export const RowsBody = z.strictObject({
  data: z
    .array(z.unknown())
    .min(1)
    .max(MOST)
    .describe('Images: height x width x channels values from 0 to 255 each, flat or nested.'),
});
export const RowsAnswer = z.object({
  predictions: z.array(z.array(z.number())).describe('For each image the probability of each class.'),
  inference_time: z.number().describe('Seconds.'),
  model_type: z.string(),
  labels: z.array(z.string()),
  answers: z.array(z.object({ label: z.string() }).catchall(Extra)),
});

export function classicRoutes({ models, isReady }: ClassicOptions) {
  return async (instance: FastifyInstance): Promise<void> => {
    const app = instance.withTypeProvider<ZodTypeProvider>();
    const entrance = new Entrance();
    const hooks = {
      onRequest: async (request: FastifyRequest, reply: FastifyReply) => entrance.enter(models.get(), request, reply),
      onResponse: async (_request: FastifyRequest, reply: FastifyReply) => entrance.leave(reply),
    };
    const errors = { 400: ErrorBody, 413: ErrorBody, 415: ErrorBody, 429: ErrorBody };
    app.post(
      '/inference',
      {
        config: { may: 'predict' },
        ...hooks,
        schema: {
          tags,
          summary: 'Predict one image, told as a diagnosis',
          description: 'The image as multipart/form-data (field `file`), as raw bytes, or as base64 in JSON.',
          response: { 200: InferenceAnswer, ...errors },
        },
      },
      async (request) => {
        const { bytes } = await imageOf(request, 'ignored');
        return inferenceOf(await models.get().predict({ id: request.id, image: bytes, wanted: request.wanted }));
      },
    );
    app.post(
      '/predict',
      {
        config: { may: 'predict' },
        ...hooks,
        schema: { tags, summary: 'Predict rows of pixels', body: RowsBody, response: { 200: RowsAnswer, ...errors } },
      },
      async (request) => predictRows(models.get(), request, request.body.data),
    );
    if (!app.hasRoute({ method: 'GET', url: '/health' }))
      app.get(
        '/health',
        {
          config: { may: 'public' },
          schema: {
            tags,
            summary: 'Is a model loaded, and which?',
            response: { 200: ClassicHealth, 503: ClassicHealth },
          },
        },
        async (_request, reply) => {
          const ready = isReady();
          return reply
            .code(ready ? 200 : 503)
            .send({ status: ready ? 'healthy' : 'closing', model_loaded: ready, model_path: nameOf(models.get()) });
        },
      );
  };
}

const nameOf = ({ name, versions }: ServedModel): string => `${name} (version ${versions.join(', ')})`;

function inferenceOf(answered: Answered): z.infer<typeof InferenceAnswer> {
  const { label, probabilities, positive } = answered.prediction;
  return {
    predicted_class: label,
    diagnosis: diagnosisOf(label),
    confidence: probabilities[label]!,
    is_cancer: positive?.verdict ?? null,
    probabilities,
    ...(evidenceOf(answered) as Record<string, z.infer<typeof Extra>>),
  };
}

async function predictRows(
  model: ServedModel,
  { id, wanted }: Pick<FastifyRequest, 'id' | 'wanted'>,
  data: readonly unknown[],
): Promise<z.infer<typeof RowsAnswer>> {
  const { preprocess, labels } = model.manifest;
  const { height, width, channels } = preprocess;
  const size = height * width * channels;
  const started = performance.now();
  const images = data.map((row, i) => {
    const { values } = flatten(row, size);
    if (values.length !== size) {
      throw new OslerError(
        'USAGE',
        `Row ${i} has ${values.length} values; ${height} x ${width} x ${channels} = ${size} were expected.`,
      );
    }
    return fromBytes(values, 1, preprocess)[0]!;
  });
  const numbered = images.map((image, i) => ({
    ...{ image, wanted },
    id: idOf(id, i, images.length),
    aside: images.length > 1,
  }));
  const answers = await Array.fromAsync(mapInOrder(numbered, AT_ONCE, (asked) => model.predict(asked)));
  return {
    predictions: answers.map(({ prediction }) => labels.map((label) => prediction.probabilities[label]!)),
    inference_time: (performance.now() - started) / 1_000,
    model_type: model.manifest.model.name,
    labels: [...labels],
    answers: answers.map((answered) => ({
      label: answered.prediction.label,
      ...(evidenceOf(answered) as Record<string, z.infer<typeof Extra>>),
    })),
  };
}
