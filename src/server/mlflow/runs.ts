import type { FastifyInstance } from 'fastify';
import { OslerError } from '../../errors.ts';
import { experimentId } from '../../store/search/experiments.ts';
import type { Store } from '../../store/store.ts';
import { NAME_TAG } from '../../store/tracked.ts';
import { RUN_TAG } from '../../tracking/mlflow/names.ts';
import { encodeInfo, encodeRun, statusOf } from './encode.ts';
import { invalid } from './errors.ts';
import { viewOf } from './experiments.ts';
import { checkMaxResults } from './limits.ts';
import { randomName } from './random-name.ts';
import { read } from './request.ts';

export const RUN = { run_id: { kind: 'string', required: true } } as const;

export function runRoutes(scope: FastifyInstance, store: Store): void {
  const { tracked, search, inputs } = store;
  async function encoded(ids: string[]) {
    const [runs, of] = await Promise.all([search.load(ids), inputs.of(ids)]);
    return runs.map((run) => encodeRun(run, of.get(run.info.id)));
  }
  async function one(id: string) {
    // Says so when there is none.
    await tracked.get(id);
    return (await encoded([id]))[0];
  }

  /** Whether a new run may have this id: Osler's tracker names its own, so that a run has one id everywhere. */
  async function isFree(id: string): Promise<boolean> {
    if (!/^[0-9a-f]{32}$/.test(id)) return false;
    return tracked.get(id).then(
      () => false,
      (error: unknown) => error instanceof OslerError && error.code === 'NOT_FOUND',
    );
  }

  scope.post('/runs/create', async (request) => {
    const given = read(request, {
      experiment_id: { kind: 'string' },
      user_id: { kind: 'string' },
      start_time: { kind: 'int' },
      run_name: { kind: 'string' },
      tags: { kind: 'objects' },
    });
    const tags = (given.tags ?? []).map(({ key, value }) => ({ key: String(key ?? ''), value: String(value ?? '') }));
    const tagged = tags.find(({ key }) => key === NAME_TAG)?.value;
    if (given.run_name && tagged && given.run_name !== tagged) {
      throw invalid(
        `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${given.run_name}', mlflow.runName='${tagged}').`,
      );
    }
    const own = tags.find(({ key }) => key === RUN_TAG)?.value;
    const { id } = await tracked.start({
      ...(own !== undefined && (await isFree(own)) ? { id: own } : {}),
      experimentId: experimentId(given.experiment_id || '0'),
      name: given.run_name || tagged || randomName(),
      user: given.user_id ?? '',
      startedAt: given.start_time ?? 0,
      tags,
    });
    const run = await one(id);
    // MLflow says nothing yet of what a new run made.
    return { run: { ...run, outputs: undefined } };
  });
  scope.post('/runs/update', async (request) => {
    const { run_id, status, end_time, run_name } = read(request, {
      ...RUN,
      status: { kind: 'enum' },
      end_time: { kind: 'int' },
      run_name: { kind: 'string' },
    });
    const info = await tracked.change(run_id, {
      ...(status === undefined ? {} : { status: statusOf(status) }),
      ...(end_time === undefined ? {} : { endedAt: end_time }),
      ...(run_name === undefined ? {} : { name: run_name }),
    });
    return { run_info: encodeInfo(info) };
  });
  scope.get('/runs/get', async (request) => ({ run: await one(read(request, RUN).run_id) }));
  scope.post('/runs/delete', async (request) => {
    const { deleted, id } = await tracked.get(read(request, RUN).run_id);
    if (!deleted) await store.runs.delete(id);
    return {};
  });
  scope.post('/runs/restore', async (request) => {
    const { deleted, id } = await tracked.get(read(request, RUN).run_id);
    if (deleted) await store.runs.restore(id);
    return {};
  });
  scope.post('/runs/search', async (request) => {
    const { experiment_ids, filter, run_view_type, max_results, order_by, page_token } = read(request, {
      experiment_ids: { kind: 'strings' },
      filter: { kind: 'string' },
      run_view_type: { kind: 'enum' },
      max_results: { kind: 'int' },
      order_by: { kind: 'strings' },
      page_token: { kind: 'string' },
    });
    const { ids, nextPageToken } = await search.find({
      experimentIds: (experiment_ids ?? []).map(experimentId),
      viewType: viewOf(run_view_type, 'active'),
      maxResults: checkMaxResults(max_results ?? 1_000),
      ...(filter === undefined ? {} : { filter }),
      ...(order_by === undefined ? {} : { orderBy: order_by }),
      ...(page_token === undefined ? {} : { pageToken: page_token }),
    });
    return {
      ...(ids.length === 0 ? {} : { runs: await encoded(ids) }),
      ...(nextPageToken === null ? {} : { next_page_token: nextPageToken }),
    };
  });
}
