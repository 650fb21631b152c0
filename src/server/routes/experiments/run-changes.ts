import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Store } from '../../../store/store.ts';
import { resumeTraining } from '../../../training/background/begin.ts';
import { stopRun } from '../../../training/background/stop.ts';
import { actorOf } from '../../actor.ts';
import { findRun, RunParams } from '../../reading/runs.ts';
import { Asked, Changed, failures, RunPatch, TrainingOut } from './contract.ts';
import { trainingOut } from './training-out.ts';

/** Where MLflow's page keeps what somebody wrote about a run. */
const NOTE = 'mlflow.note.content';

export function runChangeRoutes(store: Store): FastifyPluginAsyncZod {
  const tags = ['runs'];
  return async (app) => {
    app.patch(
      '/runs/:run',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Names a run, tags it, writes a note',
          params: RunParams,
          body: RunPatch,
          response: { 200: Changed, ...failures },
        },
      },
      async ({ params, body: { name, note, tags: wanted = {} } }) => {
        const { id } = await findRun(store, params.run);
        const all = note === undefined ? wanted : { ...wanted, [NOTE]: note === '' ? null : note };
        const there = new Set((await store.logs.tags(id)).map(({ key }) => key));
        const set = Object.entries(all).flatMap(([key, value]) => (value === null ? [] : [{ key, value }]));
        if (set.length > 0) await store.logs.write(id, { tags: set });
        for (const [key, value] of Object.entries(all))
          if (value === null && there.has(key)) await store.logs.deleteTag(id, key);
        if (name !== undefined) await store.tracked.change(id, { name });
        return { run: id, deleted: false };
      },
    );
    app.delete(
      '/runs/:run',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Hides a run; it can be restored until the garbage is collected',
          params: RunParams,
          response: { 200: Changed, ...failures },
        },
      },
      async ({ params }) => {
        const { id } = await findRun(store, params.run);
        await store.runs.delete(id);
        return { run: id, deleted: true };
      },
    );
    app.post(
      '/runs/:run/restore',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Brings a deleted run back',
          params: RunParams,
          response: { 200: Changed, ...failures },
        },
      },
      async ({ params }) => {
        const { id } = await findRun(store, params.run);
        await store.runs.restore(id);
        return { run: id, deleted: false };
      },
    );
    app.post(
      '/runs/:run/stop',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Asks whoever trains a run, on whatever machine, to stop at the next step, with a checkpoint',
          params: RunParams,
          response: { 200: Asked, ...failures },
        },
      },
      async (request) => {
        await stopRun(store, await findRun(store, request.params.run), actorOf(request).who);
        return { stopping: true as const };
      },
    );
    app.post(
      '/runs/:run/resume',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Goes on with a run that was interrupted, from its last checkpoint',
          params: RunParams,
          response: { 200: TrainingOut, ...failures },
        },
      },
      async ({ params, who }) => {
        const { id } = await findRun(store, params.run);
        return trainingOut(await resumeTraining(store, await store.runs.get(id), who.name));
      },
    );
  };
}
