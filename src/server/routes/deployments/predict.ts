import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { errorBody, OslerError } from '../../../errors.ts';
import type { Caller } from '../../../security/caller.ts';
import { abstentionOf } from '../../../serving/deployments/answer.ts';
import type { Deployment, Given } from '../../../serving/deployments/deployment.ts';
import { RefusedError } from '../../../serving/deployments/gate.ts';
import type { ServingHost } from '../../../serving/deployments/host.ts';
import { mapInOrder } from '../../../serving/map-in-order.ts';
import type { Priority } from '../../../serving/priority.ts';
import { Admission, type Places } from '../../admission.ts';
import { ErrorBody, heatmapField } from '../../contract.ts';
import { checkDeployment, isFor } from '../../plugins/access.ts';
import { type Body, namedBefore, oneImage, priorityBefore, severalImages } from './body.ts';
import { V1Answer, V1BatchAnswer, V1Query } from './contract.ts';

/** Images of one batch that are predicted at once: others come in between. */
const BATCH_AT_ONCE = 4;

const ERRORS = { 400: ErrorBody, 404: ErrorBody, 413: ErrorBody, 415: ErrorBody, 429: ErrorBody, 504: ErrorBody };

export function v1PredictRoutes(host: ServingHost): FastifyPluginAsyncZod {
  return async (app) => {
    const admissions = new Map<string, Admission>();
    const admissionOf = (name: string): Admission => {
      const known = admissions.get(name) ?? new Admission();
      admissions.set(name, known);
      return known;
    };
    const refusing = (usual: Priority) => (request: FastifyRequest, who: Caller | null) => {
      const deployment = deploymentOf(host, request);
      if (deployment === null) return null;
      const admission = admissionOf(deployment.name);
      const priority = priorityBefore(request) ?? usual;
      if (who === null) return admission.look(placesOf(deployment), priority);
      // Who may not ask it goes before nobody.
      if (who.how === 'none' || !isFor(who, deployment.name)) return admission.look(placesOf(deployment), 'low');
      return admission.refusal(placesOf(deployment), priority);
    };
    const hooks = (usual: Priority) => ({
      // Others may have come in while it was found out who asks.
      onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
        // Throws for a deployment that is not served.
        const deployment = host.get(namedBefore(request));
        // Before it can take a place from somebody.
        checkDeployment(request, deployment.name);
        const admission = admissionOf(deployment.name);
        const priority = priorityBefore(request) ?? usual;
        const refused = admission.refusal(placesOf(deployment), priority);
        if (refused !== null) throw refused;
        admission.enter(request, reply, placesOf(deployment), priority);
      },
      onResponse: async (_request: FastifyRequest, reply: FastifyReply) => {
        for (const admission of admissions.values()) admission.leave(reply);
      },
    });
    const rank = (reply: FastifyReply, priority: Priority): void => {
      for (const admission of admissions.values()) admission.rank(reply, priority);
    };
    const ask = async (
      { wanted }: FastifyRequest,
      id: string,
      { bytes, key }: Body['images'][number],
      aside: Body['aside'],
      begun?: () => void,
    ): Promise<V1Answer> => {
      const { deployment, priority, deadlineMs, version, heatmap } = aside;
      const given = await host.get(deployment).predict({
        id,
        image: bytes,
        ...(key === undefined ? {} : { key }),
        ...(priority === undefined ? {} : { priority }),
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
        ...(version === undefined ? {} : { version }),
        ...(heatmap === undefined ? {} : { heatmap }),
        ...(wanted === null ? {} : { wanted }),
        ...(begun === undefined ? {} : { begun }),
      });
      return answerOf(id, given);
    };
    app.post(
      '/v1/predict',
      {
        config: { may: 'predict', scoped: true, refuses: refusing('normal') },
        ...hooks('normal'),
        schema: {
          tags: ['prediction'],
          summary: 'Predict one image by a deployment',
          description:
            'The image as multipart/form-data (field `file`), as raw bytes, or as base64 in JSON; beside it, as fields, headers `x-osler-...` or JSON: key, priority, deadlineMs, deployment, heatmap.',
          querystring: V1Query,
          response: { 200: V1Answer, ...ERRORS },
        },
      },
      async (request, reply) => {
        const { images, aside } = await oneImage(request);
        checkDeployment(request, host.get(aside.deployment).name);
        rank(reply, aside.priority ?? 'normal');
        return ask(request, request.id, images[0]!, aside).catch((error: unknown) => retryLater(error, reply));
      },
    );
    app.post(
      '/v1/predict/batch',
      {
        config: { may: 'predict', scoped: true, refuses: refusing('low') },
        ...hooks('low'),
        schema: {
          tags: ['prediction'],
          summary: 'Predict several images by a deployment',
          description: 'A form with files, or JSON {"items": [{"image": base64, "key"?}]}.',
          querystring: V1Query,
          response: { 200: V1BatchAnswer, ...ERRORS },
        },
      },
      async (request, reply) => {
        const { images, aside: said } = await severalImages(request);
        const aside = { priority: 'low' as const, ...said };
        // Throws for a deployment that is not served, before any work.
        checkDeployment(request, host.get(aside.deployment).name);
        rank(reply, aside.priority ?? 'low');
        const numbered = images.map((image, i) => ({ id: `${request.id}.${i}`, image }));
        const begun = (): void => {
          for (const admission of admissions.values()) admission.begin(reply);
        };
        const answers: (V1Answer | ErrorBody)[] = [];
        for await (const answer of mapInOrder(numbered, BATCH_AT_ONCE, ({ id, image }) =>
          ask(request, id, image, aside, begun).catch((error: unknown) => {
            if (error instanceof OslerError) return errorBody(error);
            throw error;
          }),
        )) {
          answers.push(answer);
        }
        return { answers, answered: answers.filter((answer) => !('error' in answer)).length };
      },
    );
  };
}

function deploymentOf(host: ServingHost, request: FastifyRequest): Deployment | null {
  try {
    return host.get(namedBefore(request));
  } catch {
    return null;
  }
}

/** As many as are computed at once and wait; while some are refused, one more than the former, so that none waits for a request. */
const placesOf = ({ spec: { limits } }: Deployment): Places => ({
  most: limits.concurrency + limits.queue,
  short: limits.concurrency + 1,
});

function retryLater(error: unknown, reply: FastifyReply): never {
  if (error instanceof RefusedError) reply.header('retry-after', String(error.retryAfter));
  throw error;
}

function answerOf(id: string, { prediction, version, routing, network, run }: Given): V1Answer {
  const { heatmap, ...rest } = prediction;
  return {
    requestId: id,
    ...rest,
    abstention: abstentionOf(prediction),
    model: { name: version.model, version: version.version, digest: version.digest, network, run },
    routing,
    ...heatmapField(heatmap),
  };
}
