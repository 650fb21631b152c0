import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import type { Decision as DecisionRow, ModelRow, VersionRow } from '../../store/registry/types.ts';
import type { Store } from '../../store/store.ts';
import { Decision, Model, NoQuery, Paged, page, Several, Version } from './contract.ts';
import { pageOf, placeOf } from './cursor.ts';
import { failures, iso } from './runs.ts';

const Name = z.object({ name: z.string() });
const Search = Paged.extend({
  filter: z.string().max(10_000).optional().describe("MLflow's grammar: name LIKE 'skin%' and tags.team = 'derm'."),
  order: Several.optional(),
});

export function modelRoutes({ registry }: Store): FastifyPluginAsyncZod {
  const tags = ['registry'];
  const modelOf = async (name: string): Promise<ModelRow> => {
    const model = await registry.model(name);
    if (model !== null) return model;
    throw new OslerError('NOT_FOUND', `There is no registered model ${JSON.stringify(name.slice(0, 200))}.`, {
      hint: 'GET /v1/models lists them.',
    });
  };
  return async (app) => {
    app.get(
      '/models',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Registered models, in order of name',
          querystring: Search,
          response: { 200: page('models', Model), ...failures },
        },
      },
      async ({ query: { filter, order, limit, cursor } }) => {
        const offset = placeOf(z.int().min(0), cursor) ?? 0;
        const read = await registry.models({
          limit: limit + 1,
          offset,
          orderBy: order ?? [],
          ...(filter === undefined ? {} : { filter }),
        });
        const { items, next } = pageOf(read, limit, () => offset + limit);
        return { models: items.map(modelOut), next };
      },
    );
    app.get(
      '/models/:name',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'One registered model',
          params: Name,
          querystring: NoQuery,
          response: { 200: Model, ...failures },
        },
      },
      async ({ params }) => modelOut(await modelOf(params.name)),
    );
    app.get(
      '/models/:name/versions',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Its versions, newest first',
          params: Name,
          querystring: Paged,
          response: { 200: page('versions', Version), ...failures },
        },
      },
      async ({ params, query: { limit, cursor } }) => {
        const before = placeOf(z.int(), cursor) ?? Number.POSITIVE_INFINITY;
        const { name } = await modelOf(params.name);
        const rest = (await registry.versions(name)).filter(({ version }) => version < before);
        const { items, next } = pageOf(rest.slice(0, limit + 1), limit, ({ version }) => version);
        return { versions: items.map(versionOut), next };
      },
    );
    app.get(
      '/models/:name/versions/:version',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'One version, with who decided what on which evidence',
          params: Name.extend({ version: z.coerce.number().int().positive() }),
          querystring: NoQuery,
          response: { 200: Version.extend({ decisions: z.array(Decision) }), ...failures },
        },
      },
      async ({ params }) => {
        const { id, name } = await modelOf(params.name);
        const version = await registry.version(name, params.version);
        if (version === null)
          throw new OslerError('NOT_FOUND', `${name} has no version ${params.version}.`, {
            hint: `GET /v1/models/${encodeURIComponent(name)}/versions lists them.`,
          });
        const decisions = await registry.decisions(id, version.version);
        return {
          ...versionOut(version),
          decisions: decisions.map(decisionOut),
        };
      },
    );
  };
}

export function decisionOut({ at, policy, evidence, ...rest }: DecisionRow): z.infer<typeof Decision> {
  return {
    ...rest,
    at: iso(at),
    policy: policy as z.infer<typeof Decision>['policy'],
    evidence: evidence as z.infer<typeof Decision>['evidence'],
  };
}

export function modelOut({ name, description, createdAt, updatedAt, tags, aliases }: ModelRow): z.infer<typeof Model> {
  return { name, description, createdAt: iso(createdAt), updatedAt: iso(updatedAt), tags, aliases };
}

export function versionOut(row: VersionRow): z.infer<typeof Version> {
  const { model, version, status, stage, description, createdAt, updatedAt, tags, aliases, record } = row;
  return {
    model,
    version,
    status,
    stage,
    description,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
    tags,
    aliases,
    record,
  };
}
