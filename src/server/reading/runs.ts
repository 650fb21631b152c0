import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import { countsOf } from '../../store/leak-stamp.ts';
import type { RunRecord } from '../../store/run.ts';
import type { FoundRun } from '../../store/search/search.ts';
import type { Store } from '../../store/store.ts';
import type { RunInfo } from '../../store/tracked-run.ts';
import { ErrorBody } from '../contract.ts';
import {
  Experiment,
  Metric,
  NoQuery,
  Num,
  num,
  Paged,
  page,
  Run,
  RunDetail,
  RunsQuery,
  Value,
  ValuesQuery,
} from './contract.ts';
import { cursorOf, pageOf, placeOf, sliceAfter } from './cursor.ts';

export const failures = { 400: ErrorBody, 404: ErrorBody };
export const iso = (ms: number): string => new Date(ms).toISOString();
const pairs = (list: readonly { key: string; value: string }[]) =>
  Object.fromEntries(list.map(({ key, value }) => [key, value]));

export const RunParams = z.object({
  run: z.string().min(1).max(250).describe('An id, the beginning of one, a name, or `latest`.'),
});

const isWhole = (reference: string): boolean => /^[0-9a-f]{32}$/.test(reference);

/** Deleted ones by their whole id alone. */
export function findRun({ tracked }: Store, reference: string): Promise<RunInfo> {
  return isWhole(reference) ? tracked.get(reference) : tracked.find(reference);
}

/** Ids of several, each once; those that are named by their whole ids are looked up together. */
export async function findRuns(store: Store, references: readonly string[]): Promise<string[]> {
  await store.tracked.getAll(references.filter(isWhole));
  const ids: string[] = [];
  for (const reference of references) ids.push(isWhole(reference) ? reference : (await findRun(store, reference)).id);
  return [...new Set(ids)];
}

export function runRoutes(store: Store): FastifyPluginAsyncZod {
  const tags = ['runs'];
  return async (app) => {
    app.get(
      '/experiments',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Experiments, in order of id',
          querystring: Paged,
          response: { 200: page('experiments', Experiment), ...failures },
        },
      },
      async ({ query: { cursor, limit } }) => {
        const after = placeOf(z.int(), cursor) ?? -1;
        const all = [...(await store.experiments.list()), ...(await store.experiments.list({ deleted: true }))]
          .filter(({ id }) => id > after)
          .sort((a, b) => a.id - b.id);
        const { items, next } = pageOf(all.slice(0, limit + 1), limit, ({ id }) => id);
        return {
          experiments: items.map(({ id, name, createdAt, updatedAt, deleted, tags }) => ({
            id,
            name,
            createdAt: iso(createdAt),
            updatedAt: iso(updatedAt),
            deleted,
            tags: pairs(tags),
          })),
          next,
        };
      },
    );
    app.get(
      '/runs',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Runs that fit a filter, in an order',
          querystring: RunsQuery,
          response: { 200: page('runs', Run), ...failures },
        },
      },
      async ({ query: { experiment, filter, order, view, limit, cursor } }) => {
        const { runs, nextPageToken } = await store.search.runs({
          experimentIds:
            experiment === undefined
              ? (await store.experiments.list()).map(({ id }) => id)
              : experiment.map((id) => experimentId(id)),
          ...(filter === undefined ? {} : { filter }),
          orderBy: order ?? [],
          viewType: view,
          maxResults: limit,
          ...(cursor === undefined ? {} : { pageToken: placeOf(z.string(), cursor)! }),
        });
        const records = await store.tracked.records(runs.map(({ info }) => info.id));
        return {
          runs: runs.map((run) => summary(run, records.get(run.info.id) ?? null)),
          next: nextPageToken === null ? null : cursorOf(nextPageToken),
        };
      },
    );
    app.get(
      '/runs/:run',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'One run',
          params: RunParams,
          querystring: NoQuery,
          response: { 200: RunDetail, ...failures },
        },
      },
      async ({ params }) => {
        const info = await findRun(store, params.run);
        const [found] = await store.search.load([info.id]);
        const record = (await store.tracked.records([info.id])).get(info.id) ?? null;
        const loggedModels = (await store.loggedModels.ofRun(info.id)).map(({ id, name, modelType, status, role }) => ({
          id,
          name,
          type: modelType,
          status,
          role,
        }));
        return { ...summary(found!, record), artifactUri: info.artifactUri, loggedModels, record };
      },
    );
    app.get(
      '/runs/:run/metrics',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'The latest value of each metric, in order of key',
          params: RunParams,
          querystring: Paged,
          response: { 200: page('metrics', Metric), ...failures },
        },
      },
      async ({ params, query }) => {
        const { id } = await findRun(store, params.run);
        const { items, next } = sliceAfter(await store.logs.latest(id), ({ key }) => key, query);
        return {
          metrics: items.map(({ key, value, step, timestamp }) => ({
            key,
            value: num(value),
            step,
            at: iso(timestamp),
          })),
          next,
        };
      },
    );
    app.get(
      '/runs/:run/metrics/values',
      {
        config: { may: 'read' },
        schema: {
          tags,
          summary: 'Every value of one metric, in order of step, then time',
          params: RunParams,
          querystring: ValuesQuery,
          response: { 200: page('values', Value), ...failures },
        },
      },
      async ({ params, query: { key, from, to, limit, cursor } }) => {
        const { id } = await findRun(store, params.run);
        const after = placeOf(z.tuple([z.int(), z.int(), Num]), cursor);
        const read = await store.logs.history(id, key, {
          limit: limit + 1,
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
          ...(after === undefined
            ? {}
            : { after: { key, step: after[0], timestamp: after[1], value: Number(after[2]) } }),
        });
        const { items, next } = pageOf(read, limit, ({ step, timestamp, value }) => [step, timestamp, num(value)]);
        return {
          values: items.map(({ step, value, timestamp, epoch = 0 }) => ({
            step,
            value: num(value),
            at: iso(timestamp),
            epoch,
          })),
          next,
        };
      },
    );
  };
}

export function experimentId(text: string): number {
  const id = Number(text);
  if (Number.isSafeInteger(id) && id >= 0 && text.trim() !== '') return id;
  throw new OslerError('USAGE', `${JSON.stringify(text.slice(0, 50))} is not the id of an experiment.`, {
    hint: 'GET /v1/experiments lists them.',
  });
}

/** What lists and tables tell alike of a run; `record` is null for one that another program began. */
export function headOf(info: RunInfo, record: Pick<RunRecord, 'best' | 'stamps' | 'leaks'> | null) {
  return {
    id: info.id,
    name: info.name,
    status: info.status,
    experiment: info.experimentId,
    user: info.user,
    startedAt: iso(info.startedAt),
    endedAt: info.endedAt === null ? null : iso(info.endedAt),
    deleted: info.deleted,
    origin: info.foreign ? ('other' as const) : ('osler' as const),
    model: info.model,
    dataset: info.dataset,
    best: record?.best ? { ...record.best, value: num(record.best.value) } : null,
    stamps: record?.stamps ?? [],
    leaks: record?.leaks ? countsOf(record.leaks) : null,
  };
}

function summary({ info, params, tags, metrics }: FoundRun, record: RunRecord | null): Run {
  return {
    ...headOf(info, record),
    params: pairs(params),
    tags: pairs(tags),
    metrics: Object.fromEntries(metrics.map(({ key, value }) => [key, num(value)])),
  };
}
