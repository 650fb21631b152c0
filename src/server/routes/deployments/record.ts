import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { findCanary } from '../../../pipeline/deployments/canary.ts';
import { findDeployment } from '../../../pipeline/deployments/manage.ts';
import { deploymentTraffic } from '../../../pipeline/deployments/traffic.ts';
import type { ServingHost } from '../../../serving/deployments/host.ts';
import type { PredictionEntry } from '../../../store/deployments/types.ts';
import type { Store } from '../../../store/store.ts';
import { ErrorBody } from '../../contract.ts';
import { NoQuery } from '../../reading/contract.ts';
import { CanaryInfo, RecentInfo, RecentQuery, TrafficInfo, TrafficQuery } from './record-contract.ts';

const Name = z.object({ name: z.string().max(100) });
const tags = ['deployments'];
const failures = { 400: ErrorBody, 404: ErrorBody };
const HOUR = 3_600_000;

/** How deployments do: traffic, failures, latency, canaries, what was answered last. */
export function recordRoutes(host: ServingHost, store: Store): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/deployments/:name/traffic',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Answers, failures and latency of each variant over time',
          description: 'In at most 120 stretches. Beyond two days ago it is known by the hour.',
          params: Name,
          querystring: TrafficQuery,
          response: { 200: TrafficInfo, ...failures },
        },
      },
      async ({ params, query: { hours, to: until } }) => {
        await host.flush();
        const to = until === undefined ? Date.now() : Date.parse(until);
        const traffic = await deploymentTraffic(store, params.name, { from: to - hours * HOUR, to });
        return { ...traffic, from: iso(traffic.from), to: iso(traffic.to) };
      },
    );
    app.get(
      '/v1/deployments/:name/canary',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'How far the canary is, and what its next step waits for',
          params: Name,
          querystring: NoQuery,
          response: { 200: CanaryInfo, ...failures },
        },
      },
      async ({ params }) => {
        await host.flush();
        const { steps, since, ...rest } = await findCanary(store, params.name);
        return { ...rest, steps: [...steps], since: iso(since) };
      },
    );
    app.get(
      '/v1/deployments/:name/predictions',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'What was answered last, newest first: no image, no key',
          params: Name,
          querystring: RecentQuery,
          response: { 200: RecentInfo, ...failures },
        },
      },
      async ({ params, query: { limit, before } }) => {
        await host.flush();
        const { id } = await findDeployment(store, params.name);
        const page = { limit, ...(before === undefined ? {} : { before: Date.parse(before) }) };
        return { predictions: (await store.predictions.list(id, page)).map(recent) };
      },
    );
  };
}

function recent({ id, at, variant, role, revision, model, version, outcome, milliseconds, answer }: PredictionEntry) {
  const said = answer as {
    label: string;
    positive?: { probability: number; threshold: number; verdict: boolean };
  } | null;
  const { probability, threshold, verdict } = said?.positive ?? {};
  return {
    ...{ id, at: iso(at), variant, role, revision, model, version, outcome, milliseconds },
    label: said?.label ?? null,
    positive:
      probability === undefined || threshold === undefined || verdict === undefined
        ? null
        : { probability, threshold, verdict },
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
