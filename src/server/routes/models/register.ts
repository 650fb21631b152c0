import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { beginRegistering } from '../../../pipeline/registering/begin.ts';
import type { Store } from '../../../store/store.ts';
import { actorOf } from '../../actor.ts';
import { TrainingOut } from '../experiments/contract.ts';
import { trainingOut } from '../experiments/training-out.ts';
import { failures, Name } from './contract.ts';

const RegisterBody = z.strictObject({
  run: z.string().min(1).max(250).describe('Of a training of Osler: its id, or the beginning of it.'),
  description: z.string().trim().min(1).max(5_000).optional(),
  reason: z.string().trim().min(1).max(2_000).optional().describe('For the audit trail.'),
  parent: z.string().max(600).optional().describe('The registered version that it was made from: `skin@3`.'),
});

/** A run becomes the next version of a model. */
export function registerRoutes(store: Store): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/models/:name/versions',
      {
        config: { may: 'write' },
        schema: {
          tags: ['registry'],
          summary: 'Begin to register a run: export, parity check, signature, registration',
          description: 'In a process of its own. GET /v1/trainings/ID says how far it is; POST .../stop ends it.',
          params: Name,
          body: RegisterBody,
          response: { 202: TrainingOut, ...failures },
        },
      },
      async (request, reply) => {
        const wish = { ...request.body, model: request.params.name };
        const begun = await beginRegistering(store, wish, actorOf(request));
        reply.code(202);
        return trainingOut(begun);
      },
    );
  };
}
