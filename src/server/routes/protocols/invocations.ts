/** `/invocations` and `/ping`: SageMaker's contract for containers, and MLflow's scoring protocol, told apart by what comes. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { OslerError } from '../../../errors.ts';
import { mapInOrder } from '../../../serving/map-in-order.ts';
import { ErrorBody } from '../../contract.ts';
import { headerText } from '../../header-text.ts';
import { fromBase64 } from '../../image-body.ts';
import { checkDeployment } from '../../plugins/access.ts';
import { answerErrors } from './errors.ts';
import { evidenceOf } from './evidence.ts';
import { isMlflowInput, mlflowCsv, mlflowRows, type Row } from './mlflow-input.ts';
import { type Answered, Entrance, idOf, type ServedModel, type ServedModels } from './served.ts';

export interface InvocationsOptions {
  models: ServedModels;
  version: string;
  /** Which of them are answered. */
  protocols: { sagemaker: boolean; mlflow: boolean };
  isReady(): boolean;
}

const tags = ['protocols'];
const AT_ONCE = 4;
/** What a client of SageMaker may name a model by, and Osler's own. */
const MODEL_HEADERS = ['x-osler-deployment', 'x-amzn-sagemaker-target-model'];

const Sagemaker = z.object({ image: z.string().min(1), key: z.string().min(1).max(1_000).optional() });

const Evidence = z.record(z.string(), z.json());
export const SagemakerAnswer = z
  .object({
    predicted_index: z.int().describe('Of the class decided for, in the order of the labels.'),
    probabilities: z.array(z.number()).describe('By class.'),
    predicted_label: z.string(),
  })
  .catchall(z.json());
export const MlflowAnswer = z.object({
  predictions: z.array(
    z.object({ label: z.string(), probabilities: z.record(z.string(), z.number()) }).catchall(z.json()),
  ),
});

export function invocationRoutes({ models, version, protocols, isReady }: InvocationsOptions) {
  return async (instance: FastifyInstance): Promise<void> => {
    // Osler's own shape, with MLflow's two names beside it.
    answerErrors(instance, ({ code, message, hint }) => ({
      error: { code, message, ...(hint === undefined ? {} : { hint }) },
      error_code: code,
      message,
    }));
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes));
    const app = instance.withTypeProvider<ZodTypeProvider>();
    const nothing = z.string();
    app.get(
      '/ping',
      {
        config: { may: 'public' },
        schema: {
          tags,
          summary: 'May traffic be sent here? (SageMaker, MLflow)',
          response: { 200: nothing, 503: nothing },
        },
      },
      async (_request, reply) =>
        reply
          .code(isReady() ? 200 : 503)
          .type('application/json')
          .send('\n'),
    );
    if (protocols.mlflow && !app.hasRoute({ method: 'GET', url: '/version' }))
      app.get(
        '/version',
        {
          config: { may: 'public' },
          schema: { tags, summary: "The server's version (MLflow)", response: { 200: nothing } },
        },
        async (_request, reply) => reply.type('text/plain').send(version),
      );
    const entrance = new Entrance();
    app.post(
      '/invocations',
      {
        config: { may: 'predict', scoped: true },
        onRequest: async (request, reply) => {
          const model = named(models, request);
          checkDeployment(request, model.name);
          entrance.enter(model, request, reply);
        },
        onResponse: async (_request, reply) => entrance.leave(reply),
        schema: {
          tags,
          summary: 'Predict images (SageMaker, MLflow)',
          description:
            'SageMaker: the bytes of an image, or {"image": base64}. MLflow: dataframe_split, dataframe_records, instances or inputs with base64, or the numbers that the graph takes; also CSV.',
          response: {
            200: z.union([SagemakerAnswer, MlflowAnswer]),
            400: ErrorBody.catchall(z.string()),
            413: ErrorBody.catchall(z.string()),
            415: ErrorBody.catchall(z.string()),
            429: ErrorBody.catchall(z.string()),
          },
        },
      },
      async (request, reply) => {
        const model = named(models, request);
        const said = readBody(request, model, protocols);
        const answers = await predictRows(model, request, said.rows);
        reply.type('application/json');
        return JSON.stringify(
          said.protocol === 'mlflow' ? forMlflow(answers) : forSagemaker(answers[0]!, model),
        ) as never;
      },
    );
  };
}

function named(models: ServedModels, { headers }: FastifyRequest): ServedModel {
  const name = MODEL_HEADERS.map((header) => headers[header]).find(
    (value) => typeof value === 'string' && value !== '',
  );
  return models.get(name as string | undefined);
}

interface Said {
  protocol: 'sagemaker' | 'mlflow';
  rows: Row[];
}

/** Throws USAGE, IMAGE_TYPE. */
function readBody(
  { body, headers }: FastifyRequest,
  model: ServedModel,
  { sagemaker, mlflow }: InvocationsOptions['protocols'],
): Said {
  const type = (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const ways = [
    ...(sagemaker ? ['an image (image/*, application/x-image, application/octet-stream)', '{"image": base64}'] : []),
    ...(mlflow ? ['MLflow’s dataframe_split, dataframe_records, instances or inputs', 'text/csv'] : []),
  ].join(', ');
  const refuse = (why: string): OslerError => new OslerError('IMAGE_TYPE', why, { hint: `Send ${ways}.` });
  if (bytes.length === 0)
    throw new OslerError('USAGE', 'The request has no body; an image was expected.', { hint: `Send ${ways}.` });
  if (sagemaker && (type.startsWith('image/') || type === 'application/x-image' || type === 'application/octet-stream'))
    return { protocol: 'sagemaker', rows: [withKey({ image: bytes }, headers)] };
  if (mlflow && type === 'text/csv') return { protocol: 'mlflow', rows: mlflowCsv(bytes.toString('utf8')) };
  if (type !== 'application/json')
    throw refuse(type === '' ? 'The request has no content type.' : 'That content type carries no image here.');
  const document = parseJson(bytes);
  if (mlflow && isMlflowInput(document)) return { protocol: 'mlflow', rows: mlflowRows(document, model.manifest) };
  const parsed = Sagemaker.safeParse(document);
  if (!sagemaker || !parsed.success)
    throw new OslerError('USAGE', 'The JSON holds no image in a form that is known here.', { hint: `Send ${ways}.` });
  const { image, key } = parsed.data;
  return {
    protocol: 'sagemaker',
    rows: [withKey({ image: fromBase64(image), ...(key === undefined ? {} : { key }) }, headers)],
  };
}

function withKey(row: Row, headers: FastifyRequest['headers']): Row {
  const key = headers['x-osler-key'];
  return row.key === undefined && typeof key === 'string' && key !== '' ? { ...row, key: headerText(key) } : row;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new OslerError('USAGE', 'The body is not valid JSON.');
  }
}

function predictRows(
  model: ServedModel,
  { id, wanted }: Pick<FastifyRequest, 'id' | 'wanted'>,
  rows: readonly Row[],
): Promise<Answered[]> {
  const numbered = rows.map((row, i) => ({
    ...row,
    wanted,
    id: idOf(id, i, rows.length),
    aside: rows.length > 1,
    number: i,
  }));
  return Array.fromAsync(
    mapInOrder(numbered, AT_ONCE, ({ number, ...asked }) =>
      model.predict(asked).catch((error: unknown) => {
        if (rows.length === 1 || !(error instanceof OslerError) || error.httpStatus >= 500 || error.httpStatus === 429)
          throw error;
        throw new OslerError(
          error.code,
          `Row ${number}: ${error.message}`,
          error.hint === undefined ? {} : { hint: error.hint },
        );
      }),
    ),
  );
}

function forSagemaker(answered: Answered, { manifest }: ServedModel): z.infer<typeof SagemakerAnswer> {
  const { label, probabilities } = answered.prediction;
  return {
    predicted_index: manifest.labels.indexOf(label),
    probabilities: manifest.labels.map((one) => probabilities[one]!),
    predicted_label: label,
    ...(evidenceOf(answered) as z.infer<typeof Evidence>),
  };
}

function forMlflow(answers: readonly Answered[]): z.infer<typeof MlflowAnswer> {
  return {
    predictions: answers.map((answered) => ({
      label: answered.prediction.label,
      probabilities: answered.prediction.probabilities,
      ...(evidenceOf(answered) as z.infer<typeof Evidence>),
    })),
  };
}
