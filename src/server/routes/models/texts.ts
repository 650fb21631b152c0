import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { describeModel, describeVersion, needModel, setModelTag, setVersionTag } from '../../../registry/metadata.ts';
import { findVersion } from '../../../registry/names.ts';
import type { Store } from '../../../store/store.ts';
import { actorOf } from '../../actor.ts';
import { Model, Version } from '../../reading/contract.ts';
import { modelOut, versionOut } from '../../reading/models.ts';
import { failures, Name, TextsBody, VersionParams } from './contract.ts';

/** Words and tags for people: no decision, but told to the trail all the same. */
export function textRoutes(store: Store): FastifyPluginAsyncZod {
  const tags = ['registry'];
  return async (app) => {
    app.patch(
      '/v1/models/:name',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Describe a model, or change its tags',
          params: Name,
          body: TextsBody,
          response: { 200: Model, ...failures },
        },
      },
      async (request) => {
        const { name } = request.params;
        const { description } = request.body;
        const actor = actorOf(request);
        if (description !== undefined) await describeModel(store, actor, name, description);
        for (const [key, value] of tagsOf(request.body)) await setModelTag(store, actor, name, key, value);
        return modelOut(await needModel(store.registry, name));
      },
    );
    app.patch(
      '/v1/models/:name/versions/:version',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Describe a version, or change its tags',
          params: VersionParams,
          body: TextsBody,
          response: { 200: Version, ...failures },
        },
      },
      async (request) => {
        const ref = { model: request.params.name, version: request.params.version };
        const { description } = request.body;
        const actor = actorOf(request);
        if (description !== undefined) await describeVersion(store, actor, ref, description);
        for (const [key, value] of tagsOf(request.body)) await setVersionTag(store, actor, ref, key, value);
        return versionOut(await findVersion(store.registry, ref));
      },
    );
  };
}

const tagsOf = ({ tags = {} }: z.infer<typeof TextsBody>) => Object.entries(tags);
