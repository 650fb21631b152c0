import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { OslerError } from '../../errors.ts';
import type { Predictor } from '../../serving/predictor.ts';
import { Admission } from '../admission.ts';
import { ErrorBody, heatmapField, heatmapWish, PredictAnswer, PredictQuery } from '../contract.ts';
import { imageOf } from '../image-body.ts';

export interface PredictRouteOptions {
  predictor: Pick<Predictor, 'manifest' | 'predict'>;
  maxUploads: number;
}

export function predictRoutes({ predictor, maxUploads }: PredictRouteOptions): FastifyPluginAsyncZod {
  return async (app) => {
    const admission = new Admission(
      (underWay) =>
        new OslerError('OVERLOADED', `${underWay} images are being predicted already.`, {
          hint: 'Try again in a moment.',
        }),
    );
    const places = { most: maxUploads, short: Math.ceil(maxUploads / 4) };
    app.post(
      '/predict/image',
      {
        config: {
          may: 'predict',
          refuses: (_request, who) =>
            who === null || who.how === 'none' ? admission.look(places, 'normal') : admission.refusal(places),
        },
        // Others may have come in while it was found out who asks.
        onRequest: async (request, reply) => {
          const refused = admission.refusal(places);
          if (refused !== null) throw refused;
          admission.enter(request, reply, places);
        },
        onResponse: async (_request, reply) => admission.leave(reply),
        schema: {
          tags: ['prediction'],
          summary: 'Predict one image',
          description: 'The image as multipart/form-data (field `file`), as raw bytes, or as base64 in JSON.',
          querystring: PredictQuery,
          response: { 200: PredictAnswer, 400: ErrorBody, 413: ErrorBody, 415: ErrorBody, 503: ErrorBody },
        },
      },
      async (request) => {
        const { bytes, heatmap } = await imageOf(request);
        const { heatmap: wanted } = request.query;
        let model = { name: predictor.manifest.model.name, run: predictor.manifest.run };
        const [answer] = await predictor.predict([bytes], {
          heatmap: wanted === undefined ? heatmap : heatmapWish(wanted),
          id: request.id,
          ...(request.wanted === null ? {} : { wanted: request.wanted }),
          answeredBy: (one) => {
            model = one;
          },
        });
        if (answer === undefined) throw new OslerError('INTERNAL', 'The predictor gave no answer.');
        if (answer instanceof OslerError) throw answer;
        const { heatmap: map, ...rest } = answer;
        return {
          requestId: request.id,
          ...rest,
          model,
          ...heatmapField(map),
        };
      },
    );
  };
}
