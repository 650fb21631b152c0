import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { deleteAlias, type Moved, setAlias } from '../../../registry/aliases.ts';
import { CHAMPION } from '../../../registry/names.ts';
import { loadPolicy } from '../../../registry/policy.ts';
import { aliasHistory } from '../../../registry/replay.ts';
import { rollback, rollbackTarget } from '../../../registry/rollback.ts';
import type { Store } from '../../../store/store.ts';
import { actorOf } from '../../actor.ts';
import { versionOut } from '../../reading/models.ts';
import type { Comparisons } from './comparisons.ts';
import {
  AliasBody,
  AliasMoveInfo,
  AliasParams,
  failures,
  MovedInfo,
  Name,
  NoQuery,
  ReasonBody,
  RollbackBody,
  RollbackTarget,
} from './contract.ts';
import { refOf } from './decide.ts';

const tags = ['registry'];
const AliasQuery = z.strictObject({ alias: z.string().max(255).default(CHAMPION) });

/** Which version an alias names: that is what makes one live. */
export function aliasRoutes(store: Store, comparisons: Comparisons): FastifyPluginAsyncZod {
  return async (app) => {
    app.put(
      '/v1/models/:name/aliases/:alias',
      {
        config: { may: 'decide' },
        schema: {
          tags,
          summary: 'Give an alias to a version; whichever had it loses it',
          params: AliasParams,
          body: AliasBody,
          response: { 200: MovedInfo, ...failures },
        },
      },
      async (request) => {
        const { name, alias } = request.params;
        const { version, reason, override } = request.body;
        const said = { ...(reason === undefined ? {} : { reason }), ...(override === undefined ? {} : { override }) };
        const deps = { policy: loadPolicy(store.home), compare: comparisons.compareFor(request.who.name) };
        return movedOut(await setAlias(store, actorOf(request), refOf({ name, version }), alias, said, deps));
      },
    );
    app.delete(
      '/v1/models/:name/aliases/:alias',
      {
        config: { may: 'decide' },
        schema: {
          tags,
          summary: 'Take an alias away',
          params: AliasParams,
          body: ReasonBody,
          response: { 204: z.null(), ...failures },
        },
      },
      async (request, reply) => {
        const { name, alias } = request.params;
        await deleteAlias(store, actorOf(request), name, alias, { reason: request.body.reason });
        return reply.code(204).send(null);
      },
    );
    app.get(
      '/v1/models/:name/aliases/:alias/history',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'The versions that an alias named, in order of time, from the audit trail',
          params: AliasParams,
          querystring: NoQuery,
          response: { 200: z.array(AliasMoveInfo), ...failures },
        },
      },
      async ({ params: { name, alias } }) => aliasHistory(store.trail.rows(), name, alias),
    );
    app.get(
      '/v1/models/:name/rollback',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Where a rollback would go',
          params: Name,
          querystring: AliasQuery,
          response: { 200: RollbackTarget, ...failures },
        },
      },
      async ({ params, query: { alias } }) => {
        const deps = { policy: loadPolicy(store.home) };
        const { from, target } = await rollbackTarget(store, params.name, { alias }, deps);
        return { alias, from, to: target?.version ?? null };
      },
    );
    app.post(
      '/v1/models/:name/rollback',
      {
        config: { may: 'decide' },
        schema: {
          tags,
          summary: 'Give an alias back to the version that had it before',
          params: Name,
          body: RollbackBody,
          response: { 200: MovedInfo, ...failures },
        },
      },
      async (request) => {
        const { reason, alias, to } = request.body;
        const said = { reason, ...(alias === undefined ? {} : { alias }), ...(to === undefined ? {} : { to }) };
        const deps = { policy: loadPolicy(store.home) };
        return movedOut(await rollback(store, actorOf(request), request.params.name, said, deps));
      },
    );
  };
}

function movedOut({ version, alias, from, override }: Moved): z.infer<typeof MovedInfo> {
  return { alias, from, override, version: versionOut(version) };
}
