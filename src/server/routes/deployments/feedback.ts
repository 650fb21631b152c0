import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { OslerError } from '../../../errors.ts';
import { giveFeedback } from '../../../pipeline/deployments/feedback.ts';
import { replayPrediction } from '../../../pipeline/deployments/replay.ts';
import type { ServingHost } from '../../../serving/deployments/host.ts';
import type { Store } from '../../../store/store.ts';
import { actorOf } from '../../actor.ts';
import { ErrorBody } from '../../contract.ts';
import { imageOf } from '../../image-body.ts';
import { checkDeployment } from '../../plugins/access.ts';
import { Feedback, FeedbackAnswer, PredictionInfo, ReplayInfo } from './contract.ts';

const Id = z.object({ id: z.string().max(100) });

export function feedbackRoutes(host: ServingHost, store: Store): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/feedback',
      {
        config: { may: 'predict', scoped: true },
        schema: {
          tags: ['prediction'],
          summary: 'Say what turned out to be true',
          description: 'However late. Said again of the same prediction it is a correction: the last one counts.',
          body: Feedback,
          response: { 201: FeedbackAnswer, 400: ErrorBody, 404: ErrorBody },
        },
      },
      async (request, reply) => {
        const { prediction, label } = request.body;
        const { who } = actorOf(request, 'HTTP API', request.body.who);
        await host.flush();
        if (request.who.deployments !== null) await checkPrediction(request, host, store, prediction);
        const entries = await giveFeedback(store, { prediction, label, who });
        reply.code(201);
        const variants = entries.map(({ variant, answer }) => {
          const said = String(answer!.label);
          return { variant, label: said, correct: said === label };
        });
        return { prediction, label, variants };
      },
    );
    app.get(
      '/v1/predictions/:id',
      {
        config: { may: 'read' },
        schema: {
          tags: ['prediction'],
          summary: "A prediction's log entries, those of shadows too",
          params: Id,
          response: { 200: PredictionInfo, 404: ErrorBody },
        },
      },
      async (request) => {
        const { id } = request.params;
        await host.flush();
        const entries = await store.predictions.get(id);
        if (entries.length === 0) throw new OslerError('NOT_FOUND', `There is no prediction "${id}".`);
        const variants = entries.map(({ id: _, deploymentId: __, key: ___, at, answer, ...rest }) => ({
          ...rest,
          at: new Date(at).toISOString(),
          answer: answer as z.infer<typeof PredictionInfo>['variants'][number]['answer'],
        }));
        return { id, variants };
      },
    );
    app.post(
      '/v1/predictions/:id/replay',
      {
        config: { may: 'predict' },
        schema: {
          tags: ['prediction'],
          summary: 'Predict the same image again with the same bundles',
          description: 'The image as for a prediction. It must be the very file.',
          params: Id,
          response: { 200: ReplayInfo, 400: ErrorBody, 404: ErrorBody },
        },
      },
      async (request) => {
        // As it was sent for the answer: its key, and what else was said then, stand in the log.
        const { bytes } = await imageOf(request, 'ignored');
        await host.flush();
        const replayed = await replayPrediction(store, request.params.id, bytes);
        const variants = replayed.map(({ entry, same, maxDifference }) => ({
          variant: entry.variant,
          model: `${entry.model}@${entry.version}`,
          same,
          maxDifference,
        }));
        return { id: request.params.id, variants };
      },
    );
  };
}

/** Throws FORBIDDEN for a prediction of a deployment that the caller's key is not for, or that is not served here. */
async function checkPrediction(request: FastifyRequest, host: ServingHost, store: Store, id: string): Promise<void> {
  const [entry] = await store.predictions.get(id);
  if (entry === undefined) return;
  const served = host.all.find(({ row }) => row.id === entry.deploymentId);
  checkDeployment(request, served?.name ?? 'that is not served here');
}
