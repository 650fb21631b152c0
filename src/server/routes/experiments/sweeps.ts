import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { listRecipes } from '../../../config/recipes.ts';
import { OslerError } from '../../../errors.ts';
import { weightsWords } from '../../../pipeline/recipes/weights.ts';
import type { Store } from '../../../store/store.ts';
import type { SweepRecord, Trial } from '../../../store/sweep.ts';
import { refuseFarSettings } from '../../../training/background/far-settings.ts';
import { settleTrainings } from '../../../training/background/settle.ts';
import { stopTraining } from '../../../training/background/stop.ts';
import { workInBackground, workOf } from '../../../tuning/background.ts';
import { reopenSweep } from '../../../tuning/begin.ts';
import { beginFromFile, type SweepWish } from '../../../tuning/begin-from-file.ts';
import { importanceInThread } from '../../../tuning/importance/in-thread.ts';
import { objectiveOf, SweepPlan } from '../../../tuning/plan.ts';
import { previewSweep, type SweepPreview } from '../../../tuning/preview.ts';
import { ranked, tally } from '../../../tuning/ranking.ts';
import { compileSpace } from '../../../tuning/space.ts';
import { actorOf } from '../../actor.ts';
import { NoQuery } from '../../reading/contract.ts';
import {
  failures,
  SweepBegun,
  SweepBody,
  SweepDetail,
  SweepPreviewOut,
  SweepResume,
  SweepStop,
  SweepSummary,
  Sweeps,
} from './contract.ts';
import { settingsOut } from './settings-out.ts';
import { trainingOut } from './training-out.ts';

const Params = z.object({
  sweep: z.string().min(1).max(250).describe('An id, the beginning of one, a name, or `latest`.'),
});

export function sweepRoutes(store: Store): FastifyPluginAsyncZod {
  const tags = ['sweeps'];
  const importances = new Importances();
  return async (app) => {
    app.get(
      '/sweeps',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Sweeps, newest first',
          querystring: NoQuery,
          response: { 200: Sweeps, ...failures },
        },
      },
      async () => {
        const sweeps: z.infer<typeof SweepSummary>[] = [];
        for (const sweep of await store.sweeps.list()) sweeps.push(summary(sweep, await store.sweeps.trials(sweep.id)));
        return { sweeps };
      },
    );
    app.get(
      '/sweeps/:sweep',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'One sweep: its trials, its space, what mattered',
          params: Params,
          querystring: NoQuery,
          response: { 200: SweepDetail, ...failures },
        },
      },
      async ({ params }) => {
        const sweep = await store.sweeps.get(params.sweep);
        const trials = await store.sweeps.trials(sweep.id);
        await settleTrainings(store);
        const work = await workOf(store, sweep.id);
        return {
          ...summary(sweep, trials),
          space: compileSpace(SweepPlan.parse(sweep.config).space).map((parameter) => ({
            name: parameter.name,
            kind: parameter.kind,
            log: parameter.kind === 'range' && parameter.log,
            values: parameter.kind === 'choice' ? parameter.values.map(wordOf) : [],
          })),
          trials: trials.map(({ runs, worker: _, ...trial }) => ({ ...trial, run: runs.at(-1) ?? null })),
          importance: await importances.of(sweep, trials),
          work: work === undefined ? null : trainingOut(work),
        };
      },
    );
    app.post(
      '/sweeps/check',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'A sweep as it would be begun: what is searched, how many trials, about how long',
          body: SweepBody,
          response: { 200: SweepPreviewOut, ...failures },
        },
      },
      async ({ body, who }) => previewOut(await previewSweep(store, wishOf(body, who.name))),
    );
    app.post(
      '/sweeps',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Begins a sweep, and works on it in a process that outlives this server',
          body: SweepBody,
          response: { 200: SweepBegun, ...failures },
        },
      },
      async ({ body, who }) => {
        const sweep = await beginFromFile(store, wishOf(body, who.name));
        const training = await workInBackground(store, sweep, body.workers, who.name);
        return { sweep: sweep.id, training: trainingOut(training) };
      },
    );
    app.post(
      '/sweeps/:sweep/stop',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Begins no further trial',
          params: Params,
          body: SweepStop,
          response: { 200: SweepSummary, ...failures },
        },
      },
      async (request) => {
        const { params, body } = request;
        const { id } = await store.sweeps.get(params.sweep);
        const sweep = await store.sweeps.update(id, { state: 'stopped' });
        const work = body.now ? await workOf(store, id) : undefined;
        if (work !== undefined) await stopTraining(store, work, actorOf(request).who);
        return summary(sweep, await store.sweeps.trials(id));
      },
    );
    app.post(
      '/sweeps/:sweep/resume',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Opens a sweep again and works on it',
          params: Params,
          body: SweepResume,
          response: { 200: SweepBegun, ...failures },
        },
      },
      async ({ params, body: { workers, trials }, who }) => {
        const sweep = await reopenSweep(store, await store.sweeps.get(params.sweep), trials);
        const training = await workInBackground(store, sweep, workers, who.name);
        return { sweep: sweep.id, training: trainingOut(training) };
      },
    );
  };
}

/** Throws NOT_FOUND for a sweep that can't be begun by its name, CONFIG_INVALID for settings that would go elsewhere. */
function wishOf({ sweep, acceptLeaks, ...rest }: z.infer<typeof SweepBody>, who: string): SweepWish {
  if (!listRecipes(undefined, 'sweeps').some(({ name }) => name === sweep))
    throw new OslerError('NOT_FOUND', `There is no sweep ${JSON.stringify(sweep)} to begin.`, {
      hint: 'GET /v1/recipes lists those there are.',
    });
  refuseFarSettings(rest.settings);
  const accepted = acceptLeaks === undefined ? null : { reason: acceptLeaks, by: who, at: new Date().toISOString() };
  return { ...rest, file: sweep, accepted };
}

function previewOut({ plan, recipe, ...rest }: SweepPreview): SweepPreviewOut {
  const { metric, direction } = objectiveOf(plan);
  const space = compileSpace(plan.space).map((one) => ({
    name: one.name,
    kind: one.kind,
    log: one.kind === 'range' && one.log,
    int: one.kind === 'range' && one.int,
    values: one.kind === 'choice' ? one.values.map(wordOf) : [],
    low: one.kind === 'range' ? one.low : null,
    high: one.kind === 'range' ? one.high : null,
    when: one.when,
  }));
  return {
    ...rest,
    ...{ metric, direction, space, retries: plan.retries, method: plan.method.kind, pruning: plan.pruning.kind },
    dataset: `${plan.dataset.name}@${plan.dataset.version}`,
    settings: settingsOut(recipe),
    weights: weightsWords(recipe.value),
  };
}

function summary(sweep: SweepRecord, trials: readonly Trial[]): z.infer<typeof SweepSummary> {
  const { config, trials: asked, ...rest } = sweep;
  const plan = SweepPlan.parse(config);
  const [best] = ranked(trials, sweep.direction);
  return {
    ...rest,
    asked,
    method: plan.method.kind,
    pruning: plan.pruning.kind,
    model: plan.recipe.model.name,
    dataset: `${plan.dataset.name}@${plan.dataset.version}`,
    metric: objectiveOf(plan).metric,
    counts: tally(trials),
    best:
      best === undefined
        ? null
        : { trial: best.number, value: best.value!, params: best.params, run: best.runs.at(-1) ?? null },
  };
}

const wordOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

type Result = ReturnType<typeof importanceInThread>;

/** What mattered, worked out anew only when another trial has finished, and once for all who ask meanwhile. */
class Importances {
  private readonly known = new Map<string, { finished: number; result: Result }>();

  of(sweep: SweepRecord, trials: readonly Trial[]): Result {
    const finished = trials.filter(({ state }) => state === 'finished').length;
    const before = this.known.get(sweep.id);
    if (before?.finished === finished) return before.result;
    const { space, seed } = SweepPlan.parse(sweep.config);
    const result = importanceInThread({ space, trials, seed });
    const entry = { finished, result };
    this.known.delete(sweep.id);
    this.known.set(sweep.id, entry);
    if (this.known.size > 100) this.known.delete(this.known.keys().next().value!);
    result.catch(() => this.known.get(sweep.id) === entry && this.known.delete(sweep.id));
    return result;
  }
}
