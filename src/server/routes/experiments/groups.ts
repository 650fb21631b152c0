import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { METRIC_GROUPS } from '../../../evaluation/metrics/words.ts';
import { repeatsAgain } from '../../../evaluation/repeats/repeats.ts';
import { DETAILS } from '../../../evaluation/report/words.ts';
import { beginGroupEvaluation } from '../../../pipeline/evaluating/begin.ts';
import { repeatsWork, resumeRepeats } from '../../../pipeline/repeat/begin.ts';
import { readRepeats } from '../../../pipeline/repeat/measure-group.ts';
import { groupOf } from '../../../pipeline/repeat/train-group.ts';
import { memberName } from '../../../store/groups.ts';
import type { Store } from '../../../store/store.ts';
import { decisionOf } from '../../../training/config.ts';
import { NoQuery } from '../../reading/contract.ts';
import { EvaluateBody, failures, GroupOut, TrainingOut } from './contract.ts';
import { trainingOut } from './training-out.ts';

const Params = z.object({
  group: z
    .string()
    .regex(/^[0-9a-f]{4,32}$/)
    .describe('An id, or the beginning of one.'),
});
const SPLITS = ['val', 'test'] as const;

/** Several trainings of one recipe: how they went together, and what can be done with them. */
export function groupRoutes(store: Store): FastifyPluginAsyncZod {
  const tags = ['runs'];
  return async (app) => {
    app.get(
      '/groups/:group',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Several trainings of one recipe: its runs, their mean and their spread',
          params: Params,
          querystring: NoQuery,
          response: { 200: GroupOut, ...failures },
        },
      },
      async ({ params }) => {
        const group = await groupOf(store.home, params.group);
        const { id, name, kind, createdAt, dataset, members, chosen } = group;
        const measured: GroupOut['measured'] = [];
        for (const split of SPLITS) {
          const found = await readRepeats(store.home, id, split);
          if (found !== null) measured.push(measuredOut(found));
        }
        const begun = members.find(({ run }) => run !== null)?.run ?? null;
        const first = begun === null ? null : await store.runs.get(begun).catch(() => null);
        const work = await repeatsWork(store, id);
        return {
          ...{ id, name, kind, createdAt, chosen, measured },
          dataset: `${dataset.name}@${dataset.version}`,
          classes: first?.labels.length ?? null,
          decision: decisionOf(group),
          members: members.map((member) => ({ name: memberName(group, member), run: member.run, done: member.done })),
          work: work === undefined ? null : trainingOut(work),
        };
      },
    );
    app.post(
      '/groups/:group/resume',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary: 'Trains what a group still lacks, and measures it on validation',
          params: Params,
          response: { 200: TrainingOut, ...failures },
        },
      },
      async ({ params, who }) =>
        trainingOut(await resumeRepeats(store, await groupOf(store.home, params.group), who.name)),
    );
    app.post(
      '/groups/:group/evaluate',
      {
        config: { may: 'write' },
        schema: {
          tags,
          summary:
            'Measures every run of a group on a split, in a process of its own: mean, spread, interval of the mean',
          params: Params,
          body: EvaluateBody,
          response: { 202: TrainingOut, ...failures },
        },
      },
      async ({ params, body, who }, reply) => {
        reply.code(202);
        return trainingOut(await beginGroupEvaluation(store, await groupOf(store.home, params.group), body, who.name));
      },
    );
  };
}

function measuredOut(of: NonNullable<Awaited<ReturnType<typeof readRepeats>>>): GroupOut['measured'][number] {
  const { split, samples, notes } = of;
  const metrics = METRIC_GROUPS.flatMap(({ metrics: listed }) => listed).flatMap(([name, label]) => {
    const spread = of.metrics[name];
    if (spread === undefined || DETAILS.has(name) || repeatsAgain(of, name)) return [];
    const { mean, sd, low, high, reason = null } = spread;
    return [{ name, label, mean, sd, low, high, reason }];
  });
  return { split, samples, metrics, notes };
}
