import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { OslerError } from '../../../errors.ts';
import type { Comparison, Difference } from '../../../evaluation/comparison/comparison.ts';
import type { Estimate } from '../../../evaluation/estimate.ts';
import { METRIC_GROUPS, metricLabel } from '../../../evaluation/metrics/words.ts';
import { classRuleWords } from '../../../evaluation/report/decision-words.ts';
import { placedLabel } from '../../../evaluation/report/interval-words.ts';
import { DETAILS, repeats } from '../../../evaluation/report/words.ts';
import type { DatasetShelf } from '../../../pipeline/datasets/shelf.ts';
import { beginEvaluation } from '../../../pipeline/evaluating/begin.ts';
import { compareErrors } from '../../../pipeline/runs/compare-errors.ts';
import { compareTests, type TestedRuns } from '../../../pipeline/runs/compare-tests.ts';
import { evaluationsOf, type FoundEvaluation } from '../../../pipeline/runs/evaluations.ts';
import type { Store } from '../../../store/store.ts';
import { NoQuery } from '../../reading/contract.ts';
import { findRun, findRuns, RunParams } from '../../reading/runs.ts';
import {
  ErrorsBody,
  ErrorsOut,
  EvaluateBody,
  type EvaluationOut,
  Evaluations,
  failures,
  TestsBody,
  TestsOut,
  TrainingOut,
} from './contract.ts';
import { trainingOut } from './training-out.ts';

export function evaluationRoutes(store: Store, shelf: DatasetShelf): FastifyPluginAsyncZod {
  const tags = ['runs'];
  // Resampling keeps a processor busy: one comparison at a time, whoever asks.
  let last: Promise<unknown> = Promise.resolve();
  return async (app) => {
    app.get(
      '/runs/:run/evaluations',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'What a run was measured to be, split by split, with intervals',
          params: RunParams,
          querystring: NoQuery,
          response: { 200: Evaluations, ...failures },
        },
      },
      async ({ params }) => {
        const { id } = await findRun(store, params.run);
        const evaluations = (await evaluationsOf(store, id)).map(evaluationOut);
        return { run: id, evaluations };
      },
    );
    app.post(
      '/runs/:run/evaluate',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Measures a run on a split of its dataset, in a process of its own',
          description: 'As osler evaluate does. GET /v1/trainings/ID says how far it is; POST .../stop ends it.',
          params: RunParams,
          body: EvaluateBody,
          response: { 202: TrainingOut, ...failures },
        },
      },
      async ({ params, body, who }, reply) => {
        const run = await store.runs.get((await findRun(store, params.run)).id);
        reply.code(202);
        return trainingOut(await beginEvaluation(store, run, body, who.name));
      },
    );
    app.post(
      '/compare/errors',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Images that evaluated runs got wrong, side by side',
          description:
            'Runs that were evaluated on the same version of a data set (osler evaluate RUN). Asked by POST, though it changes nothing: names of files belong in no address.',
          body: ErrorsBody,
          response: { 200: ErrorsOut, ...failures },
        },
      },
      async ({ body: { runs, ...rest } }) => {
        const found = await compareErrors(store, await findRuns(store, runs), rest);
        const { name, version } = found.dataset;
        const { numbers } = await shelf.version(name, version);
        return {
          ...found,
          samples: found.samples.map((sample) => ({ ...sample, number: numbers.get(sample.id) ?? null })),
        };
      },
    );
    app.post(
      '/compare/tests',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Whether evaluated runs differ by more than chance',
          description:
            "As osler compare says it, of the answers that osler evaluate kept: AUROC by DeLong's test, right answers by McNemar's exact one, the rest by a paired bootstrap, corrected for the number of pairs (Holm). Of more than four runs the first is tested against each other.",
          body: TestsBody,
          response: { 200: TestsOut, ...failures },
        },
      },
      async ({ body: { runs, split } }, reply) => {
        const wanted = wantedBy(reply);
        const ids = await findRuns(store, runs);
        const made = last.then(() => {
          wanted.throwIfAborted();
          return compareTests(store, ids, split, wanted);
        });
        last = made.catch(() => undefined);
        return testsOut(await made);
      },
    );
  };
}

/** Aborts when the client goes away before it has its answer: nobody waits for what it asked. */
function wantedBy({ raw }: FastifyReply): AbortSignal {
  const wanted = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) wanted.abort(new OslerError('INTERRUPTED', 'The client went away.'));
  });
  return wanted.signal;
}

/** Points of a curve that a screen can show. */
const DRAWN = 200;

function evaluationOut({ folder, sha256, file, report }: FoundEvaluation): EvaluationOut {
  const { curves, operatingPoint: point } = file;
  return {
    folder,
    sha256,
    split: file.split,
    samples: file.samples,
    groups: file.groups,
    classes: file.class_names,
    metrics: METRIC_GROUPS.flatMap(({ title, metrics }) =>
      metrics
        .filter(([name]) => !repeats(file, name))
        .map(([name, label]) => ({
          name,
          label: placedLabel(name, label, file),
          group: title,
          detail: DETAILS.has(name),
          ...estimate(file.metrics[name]),
        })),
    ),
    perClass: Object.fromEntries(
      Object.entries(file.per_class_metrics).map(([name, { support: _, ...rest }]) => [name, estimates(rest)]),
    ),
    confusion: file.confusion_matrix,
    operatingPoint: point && { positive: point.positive, threshold: point.threshold, rule: point.rule },
    decided: classRuleWords(file)[0] ?? null,
    curves: {
      roc: curves.roc.map(({ name, fpr, tpr }) => ({ name, x: thinned(fpr), y: thinned(tpr) })),
      precisionRecall: curves.precisionRecall.map(({ name, recall, precision }) => ({
        name,
        x: thinned(recall),
        y: thinned(precision),
      })),
    },
    notes: file.notes,
    report,
  };
}

function testsOut({ comparison, runs, notMeasured }: TestedRuns): TestsOut {
  const { on, split, samples, groups, positive, metric, verdict, models, pairs, leftOut, notes } = comparison;
  return {
    ...{ on, split, samples, groups, positive, verdict, notMeasured, notes },
    metric: { name: metric, label: metricLabel(metric) },
    runs: models.map(({ letter, name }, i) => ({ run: runs[i]!, letter, name })),
    leftOut: leftOut.reduce((sum, { count }) => sum + count, 0),
    pairs: pairs.map((pair) => pairOut(pair, metric)),
  };
}

function pairOut(
  { first, second, verdict, power, agreement, differences, classes }: Comparison['pairs'][number],
  metric: string,
) {
  const figure = (name: string, label: string, { reason, ...rest }: Difference) => {
    return { name, label, ...rest, reason: reason ?? null };
  };
  const each = Object.entries(classes);
  return {
    ...{ first, second, kind: verdict.kind, words: verdict.words, power: power?.words ?? null },
    right: agreement,
    // The one that decides stands first.
    figures: Object.entries(differences)
      .filter(([, one]) => one.first !== null || one.second !== null)
      .sort(([a], [b]) => Number(b === metric) - Number(a === metric))
      .map(([name, one]) => figure(name, metricLabel(name), one)),
    // Of two classes it is the AUROC above.
    classes: each.length > 2 ? each.map(([name, { auroc }]) => figure(name, name, auroc)) : [],
  };
}

function estimate({ value, low, high, reason }: Estimate) {
  return { value, low, high, reason: reason ?? null };
}

function estimates(of: Record<string, Estimate>): EvaluationOut['perClass'][string] {
  return Object.fromEntries(Object.entries(of).map(([name, one]) => [name, estimate(one)]));
}

function thinned(values: readonly number[]): number[] {
  if (values.length <= DRAWN) return [...values];
  return Array.from({ length: DRAWN }, (_, i) => values[Math.round((i * (values.length - 1)) / (DRAWN - 1))]!);
}
