import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { TableRow } from '../../../store/search/table.ts';
import type { Store } from '../../../store/store.ts';
import { settleTrainings } from '../../../training/background/settle.ts';
import { settleKilledRuns } from '../../../training/settle.ts';
import { num } from '../../reading/contract.ts';
import { experimentId, headOf } from '../../reading/runs.ts';
import { failures, KeysOut, KeysQuery, type RunLine, TableOut, TableQuery } from './contract.ts';

/** Whoever looks at runs wants to know which were killed; that is looked up this often at most. */
const SETTLED_MS = 5_000;

export function tableRoutes(store: Store): FastifyPluginAsyncZod {
  const tags = ['runs'];
  let settled = 0;
  const settle = async () => {
    if (Date.now() - settled < SETTLED_MS) return;
    settled = Date.now();
    await settleKilledRuns(store);
    await settleTrainings(store);
  };
  const idsOf = async (named: readonly string[] | undefined): Promise<number[]> =>
    named === undefined ? (await store.experiments.list()).map(({ id }) => id) : named.map(experimentId);
  return async (app) => {
    app.get(
      '/search/runs',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'A stretch of a table of runs: any, however far down, with the wanted cells alone',
          querystring: TableQuery,
          response: { 200: TableOut, ...failures },
        },
      },
      async ({ query: { experiment, filter, order, view, column = [], offset, limit, count } }) => {
        await settle();
        const query = {
          experimentIds: await idsOf(experiment),
          ...(filter === undefined ? {} : { filter }),
          viewType: view,
        };
        const of = (kind: string) =>
          column.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length));
        const wanted = { metrics: of('metrics.'), params: of('params.'), tags: of('tags.') };
        const [rows, total] = await Promise.all([
          store.search.table({ ...query, orderBy: order ?? [], offset, limit }, wanted),
          count ? store.search.count(query) : null,
        ]);
        return { runs: rows.map(lineOf), total };
      },
    );
    app.get(
      '/search/keys',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'What runs can be searched and shown by',
          querystring: KeysQuery,
          response: { 200: KeysOut, ...failures },
        },
      },
      async ({ query }) => store.search.keys(await idsOf(query.experiment)),
    );
  };
}

function lineOf({ info, summary, metrics, params, tags }: TableRow): RunLine {
  const cells: RunLine['cells'] = {};
  for (const [key, value] of Object.entries(metrics)) cells[`metrics.${key}`] = num(value);
  for (const [key, value] of Object.entries(params)) cells[`params.${key}`] = value;
  for (const [key, value] of Object.entries(tags)) cells[`tags.${key}`] = value;
  const between = info.endedAt === null ? null : (info.endedAt - info.startedAt) / 1000;
  return {
    ...headOf(info, summary),
    seconds: summary?.seconds ?? between,
    group: summary?.group ?? null,
    cells,
  };
}
