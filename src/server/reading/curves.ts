import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { compareRuns } from '../../store/compare.ts';
import type { Curve as Sampled } from '../../store/curves.ts';
import type { Store } from '../../store/store.ts';
import { ComparedMetrics, ComparedSettings, CompareQuery, Curve, CurvesQuery, num, Runs } from './contract.ts';
import { sliceAfter } from './cursor.ts';
import { failures, findRun, findRuns, RunParams } from './runs.ts';

const Curves = z.object({ curves: z.array(Curve) });

/** Checked by its type alone: to walk through a hundred thousand numbers once more costs as much as to sample them. */
const unchecked = { serializerCompiler: () => (data: unknown) => JSON.stringify(data) };

export function curveRoutes(store: Store): FastifyPluginAsyncZod {
  const sample = async (
    runs: string[],
    { key, points, from, to, along }: z.infer<typeof CurvesQuery>,
  ): Promise<z.infer<typeof Curves>> => {
    const curves = await store.curves.sample({
      runs,
      points,
      along,
      ...(key === undefined ? {} : { keys: key }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    });
    return { curves: curves.map(drawn) };
  };
  return async (app) => {
    app.get(
      '/runs/:run/curves',
      {
        config: { may: 'read' },
        ...unchecked,
        schema: {
          tags: ['curves'],
          summary: 'Metrics of a run, sampled for drawing',
          params: RunParams,
          querystring: CurvesQuery,
          response: { 200: Curves, ...failures },
        },
      },
      async ({ params, query }) => sample([(await findRun(store, params.run)).id], query),
    );
    app.get(
      '/compare/curves',
      {
        config: { may: 'read' },
        ...unchecked,
        schema: {
          tags: ['curves'],
          summary: 'Metrics of several runs, sampled for drawing',
          querystring: CurvesQuery.extend({ run: Runs }),
          response: { 200: Curves, ...failures },
        },
      },
      async ({ query }) => sample(await findRuns(store, query.run), query),
    );
    const compare = async (references: string[]) => {
      const runs = await findRuns(store, references);
      const { params, metrics } = compareRuns(await store.search.load(runs), await store.tracked.records(runs));
      return { ids: runs, params, metrics };
    };
    app.get(
      '/compare/settings',
      {
        config: { may: 'read' },
        schema: {
          tags: ['curves'],
          summary: 'Parameters and recipe settings side by side, in order of key',
          querystring: CompareQuery,
          response: { 200: ComparedSettings, ...failures },
        },
      },
      async ({ query }) => {
        const { ids, params } = await compare(query.run);
        const shown = query.all ? params : params.filter(({ same }) => !same);
        const { items, next } = sliceAfter(shown, ({ key }) => key, query);
        return { runs: ids, settings: items, next };
      },
    );
    app.get(
      '/compare/metrics',
      {
        config: { may: 'read' },
        schema: {
          tags: ['curves'],
          summary: 'Latest values side by side, in order of key',
          querystring: CompareQuery,
          response: { 200: ComparedMetrics, ...failures },
        },
      },
      async ({ query }) => {
        const { ids, metrics } = await compare(query.run);
        const { items, next } = sliceAfter(metrics, ({ key }) => key, query);
        const shown = items.map(({ key, values, same }) => ({
          key,
          values: values.map((value) => (value === null ? null : num(value))),
          same,
        }));
        return { runs: ids, metrics: shown, next };
      },
    );
  };
}

function drawn({ mean, low, high, ...rest }: Sampled): z.infer<typeof Curve> {
  const line = { ...rest, mean: mean.map(num) };
  return rest.every ? line : { ...line, low: low.map(num), high: high.map(num) };
}
