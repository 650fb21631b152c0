import { open } from 'node:fs/promises';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { listRecipes } from '../../../config/recipes.ts';
import { recipesFor } from '../../../pipeline/recipes/fitting.ts';
import { weightsWords } from '../../../pipeline/recipes/weights.ts';
import { beginRepeats } from '../../../pipeline/repeat/begin.ts';
import { trainingLogFile } from '../../../store/paths.ts';
import { RunId } from '../../../store/run.ts';
import type { Store } from '../../../store/store.ts';
import { beginTraining, resolveWish } from '../../../training/background/begin.ts';
import { settleTrainings } from '../../../training/background/settle.ts';
import { stopTraining } from '../../../training/background/stop.ts';
import { actorOf } from '../../actor.ts';
import { NoQuery } from '../../reading/contract.ts';
import {
  Asked,
  BeginBody,
  failures,
  Recipes,
  RecipesQuery,
  Resolved,
  TrainingDetail,
  TrainingOut,
  Trainings,
  TrainingsQuery,
  WishBody,
} from './contract.ts';
import { settingsOut } from './settings-out.ts';
import { trainingOut } from './training-out.ts';

const Params = z.object({ training: RunId });
/** Of a log, what is told: its end. */
const LOG_BYTES = 64_000;
const LOG_LINES = 300;

export function trainingRoutes(store: Store): FastifyPluginAsyncZod {
  const tags = ['trainings'];
  return async (app) => {
    app.get(
      '/recipes',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Recipes and sweeps that can be begun',
          querystring: RecipesQuery,
          response: { 200: Recipes, ...failures },
        },
      },
      async ({ query: { dataset } }) => {
        const fitting =
          dataset === undefined
            ? { recipes: listRecipes().map((one) => ({ ...one, unfit: null })), suggested: null }
            : await recipesFor(store, dataset);
        return { ...fitting, sweeps: listRecipes(undefined, 'sweeps') };
      },
    );
    app.post(
      '/trainings/check',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'A recipe with settings laid on it, resolved: every key, its value and where it comes from',
          body: WishBody,
          response: { 200: Resolved, ...failures },
        },
      },
      async ({ body }) => {
        const resolved = resolveWish(body);
        return { settings: settingsOut(resolved), weights: weightsWords(resolved.value) };
      },
    );
    app.post(
      '/trainings',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Begins a training, in a process of its own that outlives this server',
          body: BeginBody,
          response: { 200: TrainingOut, ...failures },
        },
      },
      async ({ body: { repeat, ...wish }, who }) =>
        trainingOut(
          repeat === undefined
            ? await beginTraining(store, wish, who.name)
            : await beginRepeats(store, wish, repeat, who.name),
        ),
    );
    app.get(
      '/trainings',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Trainings that were begun from the page, newest first',
          querystring: TrainingsQuery,
          response: { 200: Trainings, ...failures },
        },
      },
      async ({ query }) => {
        await settleTrainings(store);
        return { trainings: (await store.trainings.list(query)).map(trainingOut) };
      },
    );
    app.get(
      '/trainings/:training',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'One of them, with the last lines that it said',
          params: Params,
          querystring: NoQuery,
          response: { 200: TrainingDetail, ...failures },
        },
      },
      async ({ params }) => {
        await settleTrainings(store);
        const training = await store.trainings.get(params.training);
        return { ...trainingOut(training), log: await lastLines(trainingLogFile(store.home, training.id)) };
      },
    );
    app.post(
      '/trainings/:training/stop',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Asks it to stop at its next step, with a checkpoint',
          params: Params,
          response: { 200: Asked, ...failures },
        },
      },
      async (request) => {
        await settleTrainings(store);
        await stopTraining(store, await store.trainings.get(request.params.training), actorOf(request).who);
        return { stopping: true as const };
      },
    );
  };
}

async function lastLines(path: string): Promise<string[]> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return [];
  try {
    const { size } = await file.stat();
    const length = Math.min(size, LOG_BYTES);
    const { buffer } = await file.read({ buffer: Buffer.alloc(length), position: size - length });
    const lines = buffer.toString('utf8').split('\n');
    // The first may be cut off.
    if (size > LOG_BYTES) lines.shift();
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-LOG_LINES);
  } finally {
    await file.close();
  }
}
