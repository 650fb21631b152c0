import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { OslerError } from '../../../errors.ts';
import { approve, OF_ITSELF, reject, retire } from '../../../registry/decide.ts';
import { loadPolicy, type Policy } from '../../../registry/policy.ts';
import { type Standing, standingOf } from '../../../registry/standing.ts';
import type { Store } from '../../../store/store.ts';
import { actorOf } from '../../actor.ts';
import { Version } from '../../reading/contract.ts';
import { versionOut } from '../../reading/models.ts';
import type { Comparisons } from './comparisons.ts';
import { ApprovalInfo, ApproveBody, failures, NoQuery, ReasonBody, StandingInfo, VersionParams } from './contract.ts';
import { workOut } from './work.ts';

const tags = ['registry'];
export const refOf = ({ name, version }: { name: string; version: number }): string => `models:/${name}/${version}`;

/** Approving, rejecting and retiring, as the command line does it, and what such a decision goes by. */
export function decideRoutes(store: Store, comparisons: Comparisons): FastifyPluginAsyncZod {
  const standing = async (params: { name: string; version: number }, who: string) => {
    const policy = loadPolicy(store.home);
    const found = await standingOf(store, refOf(params), who, {
      policy,
      // Looking begins nothing: a comparison counts once it is made.
      compare: async (champion, candidate, asked) => {
        const made = await comparisons.state(champion, candidate, asked);
        // What failed of itself says nothing of the versions; `work` tells of it, and it can be begun again.
        if (made?.state === 'failed' && OF_ITSELF.includes(made.error.code)) return null;
        if (made?.state === 'failed') throw new OslerError(made.error.code, made.error.message);
        return made?.state === 'done' ? made.result : null;
      },
    });
    return { policy, found };
  };
  /** Throws USAGE where the policy asks for none. */
  const askedComparison = async (params: { name: string; version: number }, who: string) => {
    const { found } = await standing(params, who);
    const { champion, policy, version } = found;
    if (champion === null || policy.champion === null) {
      throw new OslerError('USAGE', `Nothing asks for a comparison of ${version.model}@${version.version}.`, {
        hint: 'The policy asks for it of versions that wait for a decision, where there is another champion.',
      });
    }
    return { champion, version, asked: comparisonAsked(policy.champion) };
  };
  return async (app) => {
    app.get(
      '/v1/models/:name/versions/:version/standing',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Where a version stands on its way to approval: the rules of the policy, each with what was found',
          params: VersionParams,
          querystring: NoQuery,
          response: { 200: StandingInfo, ...failures },
        },
      },
      async ({ params, who }) => {
        const { policy, found } = await standing(params, who.name);
        return standingOut(found, policy, comparisons, who);
      },
    );
    app.post(
      '/v1/models/:name/versions/:version/comparison',
      {
        config: { may: 'decide' },
        schema: {
          tags,
          summary: 'Begin the comparison with the champion that the policy asks for',
          description: 'On the same samples, as osler compare. `standing` says how far it is.',
          params: VersionParams,
          response: { 202: StandingInfo, ...failures },
        },
      },
      async ({ params, who }, reply) => {
        const { champion, version, asked } = await askedComparison(params, who.name);
        await comparisons.start(champion, version, asked, who.name);
        const { policy, found } = await standing(params, who.name);
        reply.code(202);
        return standingOut(found, policy, comparisons, who);
      },
    );
    app.delete(
      '/v1/models/:name/versions/:version/comparison',
      {
        config: { may: 'decide' },
        schema: {
          tags,
          summary: 'Cancel that comparison',
          params: VersionParams,
          response: { 200: StandingInfo, ...failures },
        },
      },
      async ({ params, who }) => {
        const { champion, version, asked } = await askedComparison(params, who.name);
        await comparisons.cancel(champion, version, asked, who.name);
        const { policy, found } = await standing(params, who.name);
        return standingOut(found, policy, comparisons, who);
      },
    );
    app.post(
      '/v1/models/:name/versions/:version/approve',
      {
        config: { may: 'decide' },
        schema: {
          tags,
          summary: 'Approve a version on evidence that is gathered now and stored with it',
          description:
            'A comparison that the policy asks for and that was not made yet is made now, which may take minutes.',
          params: VersionParams,
          body: ApproveBody,
          response: { 200: ApprovalInfo, ...failures },
        },
      },
      async (request) => {
        const { reason, override } = request.body;
        const said = { reason, ...(override === undefined ? {} : { override }) };
        const deps = { policy: loadPolicy(store.home), compare: comparisons.compareFor(request.who.name) };
        const done = await approve(store, actorOf(request), refOf(request.params), said, deps);
        const { version, approvers, needed, evidence } = done;
        return { version: versionOut(version), approvers, needed, override: done.override, checks: evidence.checks };
      },
    );
    for (const [verb, end, summary] of [
      ['reject', reject, 'Reject a pending version, for ever'],
      ['retire', retire, 'Take a version out of use, for ever: it loses its aliases'],
    ] as const) {
      app.post(
        `/v1/models/:name/versions/:version/${verb}`,
        {
          config: { may: 'decide' },
          schema: { tags, summary, params: VersionParams, body: ReasonBody, response: { 200: Version, ...failures } },
        },
        async (request) => {
          const { params, body } = request;
          return versionOut(await end(store, actorOf(request), refOf(params), { reason: body.reason }));
        },
      );
    }
  };
}

type Champion = NonNullable<Standing['policy']['champion']>;
const comparisonAsked = ({ margin, metric }: Champion) => ({ margin, ...(metric === undefined ? {} : { metric }) });

async function standingOut(
  { version, policy: rules, evidence, approvers, needed, champion, obstacle }: Standing,
  policy: Policy,
  comparisons: Comparisons,
  who: { name: string; permissions: readonly string[] },
): Promise<StandingInfo> {
  const made =
    champion === null || rules.champion === null
      ? null
      : await comparisons.state(champion, version, comparisonAsked(rules.champion));
  return {
    model: version.model,
    version: version.version,
    status: version.status,
    who: who.name,
    mayDecide: who.permissions.includes('decide'),
    obstacle,
    approvers,
    needed,
    policy: { written: policy.file !== null, digest: policy.digest, rules },
    checks: evidence?.checks ?? null,
    comparison:
      champion === null
        ? null
        : {
            champion: champion.version,
            work: workOut(made),
            result: made?.state === 'done' ? made.result : null,
          },
  };
}
