import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type ModelOverview, overviewOf } from '../../../pipeline/models/overview.ts';
import { countsOf } from '../../../store/leak-stamp.ts';
import type { Store } from '../../../store/store.ts';
import { pageOf, placeOf } from '../../reading/cursor.ts';
import { modelOut } from '../../reading/models.ts';
import { failures, type ModelSummary, Overview, OverviewQuery } from './contract.ts';

export function overviewRoutes(store: Store): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/registry',
      {
        config: { may: 'read' },
        schema: {
          tags: ['registry'],
          summary:
            'Registered models at a glance, in order of name: champion, what waits for a decision, where they answer',
          querystring: OverviewQuery,
          response: { 200: Overview, ...failures },
        },
      },
      async ({ query: { filter, limit, cursor } }) => {
        const offset = placeOf(z.int().min(0), cursor) ?? 0;
        const search = filter === undefined ? {} : { filter };
        const read = await store.registry.models({ limit: limit + 1, offset, ...search });
        const { items, next } = pageOf(read, limit, () => offset + limit);
        return { models: (await overviewOf(store, items)).map(summary), next };
      },
    );
  };
}

function summary(one: ModelOverview): z.infer<typeof ModelSummary> {
  const { model, versions, newest, champion, pending, deployments, overridden } = one;
  const bundle = champion?.record.bundle ?? null;
  const dataset = champion?.record.lineage.dataset ?? null;
  const name = ['auroc', 'macroAuroc'].find((key) => bundle !== null && Object.hasOwn(bundle.metrics, key));
  return {
    ...modelOut(model),
    versions,
    newest: newest?.version ?? null,
    pending,
    deployments,
    champion: champion && {
      version: champion.version,
      status: champion.status,
      network: bundle?.network ?? null,
      dataset: dataset && `${dataset.name}@${dataset.version}`,
      metric: name === undefined ? null : { name, ...bundle!.metrics[name]! },
      stamps: bundle?.stamps ?? [],
      leaks: bundle?.leaks ? countsOf(bundle.leaks) : null,
      overridden,
    },
  };
}
