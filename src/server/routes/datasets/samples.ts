import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { findSamples } from '../../../pipeline/datasets/find-samples.ts';
import { PICTURE_SIDES, type PictureSide, type Pictures } from '../../../pipeline/datasets/pictures.ts';
import { type DatasetShelf, sampleAt } from '../../../pipeline/datasets/shelf.ts';
import { ErrorBody } from '../../contract.ts';
import { ImageParams, ImageQuery, SampleInfo, SamplesBody, SamplesPage, VersionParams } from './contract.ts';
import { sampleInfo } from './sample-info.ts';

const tags = ['datasets'];
const failures = { 400: ErrorBody, 404: ErrorBody };

/** A data set's images: found by what is known of them, and looked at. */
export function sampleRoutes(shelf: DatasetShelf, pictures: Pictures): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/datasets/:name/versions/:version/samples',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Images that fit a filter',
          description: 'Asked by POST, though it changes nothing: names of patients and files belong in no address.',
          params: VersionParams,
          body: SamplesBody,
          response: { 200: SamplesPage, ...failures },
        },
      },
      async ({ params: { name, version }, body: { offset, limit, ...filter } }) => {
        const open = await shelf.version(name, version);
        const found = findSamples(open, filter);
        const samples = found.slice(offset, offset + limit).map((sample) => sampleInfo(open, sample));
        return { total: found.length, offset, samples };
      },
    );
    app.get(
      '/datasets/:name/versions/:version/samples/:number',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'What is known of one image',
          params: ImageParams,
          response: { 200: SampleInfo, ...failures },
        },
      },
      async ({ params: { name, version, number } }) => {
        const open = await shelf.version(name, version);
        return sampleInfo(open, sampleAt(open, number));
      },
    );
    app.get(
      '/datasets/:name/versions/:version/images/:number',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'A picture of one image, as WebP',
          description:
            'Made from the file that was imported, if it is still the same byte for byte. A browser may keep it for ten minutes, and asks again after that, with its ETag.',
          params: ImageParams,
          querystring: ImageQuery,
        },
      },
      async ({ params: { name, version, number }, query, headers }, reply) => {
        const open = await shelf.version(name, version);
        const sample = sampleAt(open, number);
        const side = PICTURE_SIDES.find((one) => String(one) === query.side) as PictureSide;
        const etag = `"${sample.sha256.slice(0, 32)}-${side}"`;
        reply
          .header('etag', etag)
          .header('cache-control', 'private, max-age=600')
          .header('vary', 'authorization, cookie');
        if (headers['if-none-match'] === etag) return reply.code(304).send();
        const picture = await pictures
          .take({ path: open.dataset.path(sample), sha256: sample.sha256 }, side)
          .catch((error: unknown) => {
            reply.header('cache-control', 'no-store');
            throw error;
          });
        return reply.type('image/webp').header('x-content-type-options', 'nosniff').send(picture);
      },
    );
  };
}
