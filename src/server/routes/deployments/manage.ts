import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { compareDeployment } from '../../../pipeline/deployments/feedback.ts';
import {
  type AskedSpec,
  type By,
  changeDeployment,
  createDeployment,
  findDeployment,
  needWhy,
  promoteCanary,
  rollbackDeployment,
  startCanary,
} from '../../../pipeline/deployments/manage.ts';
import type { ServingHost } from '../../../serving/deployments/host.ts';
import { membersOf, parseSpec } from '../../../serving/deployments/spec.ts';
import type { DeploymentRow, Revision } from '../../../store/deployments/types.ts';
import type { Store } from '../../../store/store.ts';
import { actorOf } from '../../actor.ts';
import { ErrorBody } from '../../contract.ts';
import {
  CanaryBody,
  ComparisonInfo,
  CreateBody,
  DeploymentInfo,
  ReasonBody,
  RevisionInfo,
  RollbackBody,
  SpecBody,
} from './contract.ts';

const Name = z.object({ name: z.string().max(100) });
const tags = ['deployments'];
const response = { 200: DeploymentInfo, 400: ErrorBody, 403: ErrorBody, 404: ErrorBody, 409: ErrorBody };

export function manageRoutes(host: ServingHost, store: Store): FastifyPluginAsyncZod {
  /** In force on this server when the answer goes out. */
  const changed = async (row: DeploymentRow): Promise<DeploymentInfo> => {
    await host.refresh();
    return infoOf(row, host);
  };
  return async (app) => {
    app.get(
      '/v1/deployments',
      {
        config: { may: 'read' },
        schema: { tags, summary: 'All deployments', response: { 200: z.array(DeploymentInfo) } },
      },
      async () => (await store.deployments.list()).map((row) => infoOf(row, host)),
    );
    app.post(
      '/v1/deployments',
      {
        config: { may: 'decide' },
        schema: {
          tags,
          summary: 'Make a deployment',
          body: CreateBody,
          response: { ...response, 201: DeploymentInfo },
        },
      },
      async (request, reply) => {
        const { name, ...asked } = request.body;
        const row = await createDeployment(store, name, specOf(asked), byOf(request, asked));
        reply.code(201);
        return changed(row);
      },
    );
    app.get(
      '/v1/deployments/:name',
      { config: { may: 'read' }, schema: { tags, summary: 'A deployment as it is', params: Name, response } },
      async (request) => infoOf(await findDeployment(store, request.params.name), host),
    );
    app.patch(
      '/v1/deployments/:name',
      {
        config: { may: 'decide' },
        schema: { tags, summary: 'Put another revision in force', params: Name, body: SpecBody, response },
      },
      async (request) => {
        const { body, params } = request;
        return changed(await changeDeployment(store, params.name, specOf(body), byOf(request, body)));
      },
    );
    app.delete(
      '/v1/deployments/:name',
      {
        config: { may: 'decide' },
        schema: {
          tags,
          summary: 'End a deployment',
          params: Name,
          body: ReasonBody,
          response: { 204: z.null(), 404: ErrorBody },
        },
      },
      async (request, reply) => {
        const { actor, why } = byOf(request, request.body);
        await store.deployments.delete(actor, request.params.name, needWhy(why ?? undefined));
        await host.refresh();
        return reply.code(204).send(null);
      },
    );
    app.get(
      '/v1/deployments/:name/revisions',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'All revisions, newest first',
          params: Name,
          response: { 200: z.array(RevisionInfo), 404: ErrorBody },
        },
      },
      async (request) => {
        const row = await findDeployment(store, request.params.name);
        return (await store.deployments.revisions(row.id)).map(revisionInfo);
      },
    );
    app.post(
      '/v1/deployments/:name/canary',
      {
        config: { may: 'decide' },
        schema: { tags, summary: 'Begin a canary', params: Name, body: CanaryBody, response },
      },
      async (request) => {
        const { model, plan = {} } = request.body;
        return changed(await startCanary(store, request.params.name, { model, plan }, byOf(request, request.body)));
      },
    );
    app.post(
      '/v1/deployments/:name/promote',
      {
        config: { may: 'decide' },
        schema: {
          tags,
          summary: 'Let the canary take the place of the live ones',
          params: Name,
          body: ReasonBody,
          response,
        },
      },
      async (request) => changed(await promoteCanary(store, request.params.name, byOf(request, request.body))),
    );
    app.post(
      '/v1/deployments/:name/rollback',
      {
        config: { may: 'decide' },
        schema: { tags, summary: 'Go back to what was in force before', params: Name, body: RollbackBody, response },
      },
      async (request) => {
        const { to, ...said } = request.body;
        const by = byOf(request, said);
        return changed(await rollbackDeployment(store, request.params.name, { ...by, why: needWhy(said.why) }, to));
      },
    );
    app.get(
      '/v1/deployments/:name/comparison',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'What feedback says of the variants',
          params: Name,
          querystring: z.object({ against: z.string().optional(), since: z.iso.datetime({ offset: true }).optional() }),
          response: { 200: ComparisonInfo, 400: ErrorBody, 404: ErrorBody },
        },
      },
      async (request) => {
        const { against, since } = request.query;
        await host.flush();
        return compareDeployment(store, request.params.name, {
          ...(against === undefined ? {} : { against }),
          ...(since === undefined ? {} : { since: Date.parse(since) }),
        });
      },
    );
  };
}

interface Said {
  why?: string | undefined;
  who?: string | undefined;
  revision?: number | undefined;
}

function byOf(request: FastifyRequest, { why, who, revision }: Said): By {
  return {
    actor: actorOf(request, 'HTTP API', who),
    why: why ?? null,
    ...(revision === undefined ? {} : { revision }),
  };
}

function specOf({ live, shadows, sticky, limits, keep, override }: z.infer<typeof SpecBody>): AskedSpec {
  return {
    ...(live && { live }),
    ...(shadows && { shadows }),
    ...(sticky && { sticky }),
    ...(limits && { limits: limits as Record<string, number> }),
    ...(keep && { keep: keep as NonNullable<AskedSpec['keep']> }),
    ...(override === undefined ? {} : { override }),
  };
}

function revisionInfo({ at, spec, ...rest }: Revision): z.infer<typeof RevisionInfo> {
  return { ...rest, at: new Date(at).toISOString(), spec: parseSpec(spec) };
}

export function infoOf(row: DeploymentRow, host: ServingHost | null): DeploymentInfo {
  const served = host?.all.find(({ name, row: { id } }) => name === row.name && id === row.id);
  const spec = parseSpec(row.revision.spec);
  return {
    name: row.name,
    createdAt: new Date(row.createdAt).toISOString(),
    revision: revisionInfo(row.revision),
    members: membersOf(spec),
    served:
      served === undefined
        ? null
        : {
            revision: served.row.revision.number,
            members: served.members.map(({ name, version, digest }) => ({ name, version, digest })),
            leftOut: served.leftOut.map(({ member: { name, role }, error: { message } }) => ({
              name,
              role,
              why: message,
            })),
            ...served.load,
            fault: host!.state.faults[row.name] ?? null,
          },
    fault: host?.state.faults[row.name] ?? null,
  };
}
