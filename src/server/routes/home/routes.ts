import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { beginDemo, lastDemo } from '../../../pipeline/demo/begin.ts';
import { findByName } from '../../../pipeline/home/find.ts';
import { houseOverview, type Running as OpenRun, runningOf } from '../../../pipeline/home/overview.ts';
import type { ServingHost } from '../../../serving/deployments/host.ts';
import type { Store } from '../../../store/store.ts';
import type { TrainingRecord } from '../../../store/studio/trainings.ts';
import { ErrorBody } from '../../contract.ts';
import { num } from '../../reading/contract.ts';
import { iso } from '../../reading/runs.ts';
import { DemoState, FindQuery, Found, Home, Running } from './contract.ts';

const tags = ['studio'];

/** @param host absent: nothing is served here. */
export function homeRoutes(store: Store, host?: ServingHost): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/home',
      {
        config: { may: 'read' },
        schema: { tags, summary: 'What runs, what is live, what needs a decision', response: { 200: Home } },
      },
      async () => {
        const { running, live, waiting, counts } = await houseOverview(store, host?.state.faults);
        const demo = await lastDemo(store);
        return {
          counts,
          running: running.map(runOut),
          live: live.map(({ at, ...rest }) => ({ ...rest, at: iso(at) })),
          waiting: waiting.map(({ since, ...rest }) => ({ ...rest, since: since === null ? null : iso(since) })),
          demo: demo && demoOut(demo),
        };
      },
    );
    app.get(
      '/running',
      {
        config: { may: 'read' },
        schema: { tags, summary: 'Runs that have not ended, and how far they are', response: { 200: Running } },
      },
      async () => ({ running: (await runningOf(store)).map(runOut) }),
    );
    app.get(
      '/find',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Runs, models, deployments and datasets by a part of their name, a few of each',
          querystring: FindQuery,
          response: { 200: Found, 400: ErrorBody },
        },
      },
      async ({ query }) => ({ found: await findByName(store, query.text) }),
    );
    app.post(
      '/demo',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Begin the demo: images are drawn, a network is trained on them, measured, packed and registered',
          description: 'In a process of its own. `GET /v1/trainings/ID` tells how far it is, and `/stop` ends it.',
          body: z.strictObject({
            count: z.int().min(40).max(20_000).optional().describe('Images to draw.'),
            settings: z.array(z.string().max(500)).max(50).optional().describe('Of the training: key=value.'),
          }),
          response: { 201: DemoState, 400: ErrorBody, 409: ErrorBody },
        },
      },
      async ({ body, who }, reply) => {
        const record = await beginDemo(store, body, who.name);
        reply.code(201);
        return demoOut(record);
      },
    );
  };
}

function runOut({ startedAt, heardAt, best, status, ...rest }: OpenRun) {
  return {
    ...rest,
    status: status as 'running' | 'scheduled',
    startedAt: iso(startedAt),
    heardAt: heardAt === null ? null : iso(heardAt),
    best: best && { ...best, value: num(best.value) },
  };
}

function demoOut({ id, state, begunAt, endedAt, progress, error, run }: TrainingRecord): z.infer<typeof DemoState> {
  return { id, state, begunAt, endedAt, progress, error, run };
}
