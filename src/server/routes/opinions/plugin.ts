import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { OslerError } from '../../../errors.ts';
import type { Opinions } from '../../../pipeline/opinions/opinions.ts';
import { abstentionOf } from '../../../serving/deployments/answer.ts';
import { Admission } from '../../admission.ts';
import { ErrorBody, heatmapField, heatmapWish } from '../../contract.ts';
import { imageOf } from '../../image-body.ts';
import { infoOf } from '../model.ts';
import { AskableInfo, AskedInfo, AskQuery, InfoQuery, Opinion } from './contract.ts';

/** Images being received or answered at once; more are refused before their bytes are read. */
const PLACES = { most: 32, short: 32 };

/** Models asked by themselves: which there are, what is known of them, and what they say of an image. */
export function opinionRoutes(opinions: Opinions): FastifyPluginAsyncZod {
  const tags = ['prediction'];
  return async (app) => {
    const admission = new Admission(
      (underWay) =>
        new OslerError('OVERLOADED', `${underWay} images are being answered already.`, {
          hint: 'Try again in a moment.',
        }),
    );
    app.addHook('onClose', () => opinions.close());
    app.get(
      '/opinions/models',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Models that can be asked by themselves: registered versions, and bundles of this home',
          response: { 200: z.object({ models: z.array(AskableInfo) }) },
        },
      },
      async () => ({ models: await opinions.list() }),
    );
    app.get(
      '/opinions/info',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'What is known of one of them',
          querystring: InfoQuery,
          response: { 200: AskedInfo, 400: ErrorBody, 404: ErrorBody },
        },
      },
      async ({ query }) => {
        const { asked, manifest } = await opinions.manifest(query.of);
        return { asked, info: infoOf(manifest) };
      },
    );
    app.post(
      '/opinions',
      {
        config: { may: 'predict' },
        // Before the body is read: what is refused must cost no memory.
        onRequest: async (request, reply) => {
          const refused = admission.refusal(PLACES);
          if (refused !== null) throw refused;
          admission.enter(request, reply, PLACES);
        },
        onResponse: async (_request, reply) => admission.leave(reply),
        schema: {
          tags,
          summary: 'What one model says of an image',
          description:
            'The image as multipart/form-data (field `file`), as raw bytes, or as base64 in JSON. It is not written down: answers that count are those of deployments.',
          querystring: AskQuery,
          response: { 200: Opinion, 400: ErrorBody, 404: ErrorBody, 413: ErrorBody, 415: ErrorBody, 503: ErrorBody },
        },
      },
      async (request) => {
        const { of, heatmap: wanted } = request.query;
        const { bytes, heatmap } = await imageOf(request);
        const wish = wanted === undefined ? heatmap : heatmapWish(wanted);
        const { asked, manifest, prediction } = await opinions.ask(of, bytes, {
          heatmap: wish,
          wanted: request.wanted ?? undefined,
        });
        const { heatmap: map, ...rest } = prediction;
        return {
          requestId: request.id,
          ...rest,
          abstention: abstentionOf(prediction),
          model: {
            name: asked.name,
            version: asked.version,
            digest: asked.digest,
            network: manifest.model.name,
            run: manifest.run,
          },
          ...heatmapField(map),
        };
      },
    );
  };
}
