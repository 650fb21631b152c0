import type { FastifyInstance } from 'fastify';
import type { Pair } from '../../store/log-batch.ts';
import { experimentId } from '../../store/search/experiments.ts';
import type { Store } from '../../store/store.ts';
import { MODEL_TAG } from '../../tracking/mlflow/names.ts';
import { encodeModel, modelStatusOf } from './encode.ts';
import { invalid } from './errors.ts';
import { checkMaxResults } from './limits.ts';
import { listFolder } from './list-folder.ts';
import { randomName } from './random-name.ts';
import { read } from './request.ts';

interface Path {
  Params: { model_id: string; tag_key: string };
}

/** The models of MLflow 3: logged by a run, before anybody registers them. */
export function loggedModelRoutes(scope: FastifyInstance, { loggedModels, artifacts }: Store): void {
  scope.post('/logged-models', async (request) => {
    const { experiment_id, name, model_type, source_run_id, params, tags } = read(request, {
      experiment_id: { kind: 'string', required: true },
      name: { kind: 'string' },
      model_type: { kind: 'string' },
      source_run_id: { kind: 'string' },
      params: { kind: 'objects' },
      tags: { kind: 'objects' },
    });
    const own = pairs(tags).find(({ key }) => key === MODEL_TAG)?.value ?? '';
    const asked = /^m-[0-9a-f]{32}$/.test(own) && !(await loggedModels.isTaken(own));
    const model = await loggedModels.create({
      experimentId: experimentId(experiment_id),
      name: name ? checkModelName(name) : randomName(),
      ...(model_type === undefined ? {} : { modelType: model_type }),
      ...(source_run_id === undefined ? {} : { sourceRunId: source_run_id }),
      params: pairs(params),
      tags: pairs(tags),
      ...(asked ? { from: { id: own } } : {}),
    });
    return { model: encodeModel(model) };
  });
  scope.post('/logged-models/search', async (request) => {
    const given = read(request, {
      experiment_ids: { kind: 'strings', required: true },
      filter: { kind: 'string' },
      datasets: { kind: 'objects' },
      max_results: { kind: 'int' },
      order_by: { kind: 'objects' },
      page_token: { kind: 'string' },
    });
    const dataset = ({ dataset_name, dataset_digest }: Record<string, unknown>) =>
      dataset_name
        ? { name: String(dataset_name), ...(dataset_digest ? { digest: String(dataset_digest) } : {}) }
        : undefined;
    const datasets = (given.datasets ?? []).map((one) => {
      const found = dataset(one);
      if (found === undefined) throw invalid('`dataset_name` in the `datasets` clause must be specified.');
      return found;
    });
    const { models, nextPageToken } = await loggedModels.search({
      experimentIds: given.experiment_ids.map(experimentId),
      datasets,
      orderBy: (given.order_by ?? []).map((order) => {
        const on = dataset(order);
        const field = String(order.field_name ?? '');
        return { field, ascending: order.ascending !== false, ...(on === undefined ? {} : { dataset: on }) };
      }),
      maxResults: checkMaxResults(given.max_results || 50),
      ...(given.filter === undefined ? {} : { filter: given.filter }),
      ...(given.page_token === undefined ? {} : { pageToken: given.page_token }),
    });
    return {
      ...(models.length === 0 ? {} : { models: models.map(encodeModel) }),
      ...(nextPageToken === null ? {} : { next_page_token: nextPageToken }),
    };
  });
  const one = '/logged-models/:model_id';
  scope.get<Path>(one, async ({ params }) => ({ model: encodeModel(await loggedModels.get(params.model_id)) }));
  scope.patch<Path>(one, async (request) => {
    const { status } = read(request, { status: { kind: 'enum', required: true } });
    return { model: encodeModel(await loggedModels.finish(request.params.model_id, modelStatusOf(status))) };
  });
  scope.delete<Path>(one, async ({ params }) => {
    await loggedModels.delete(params.model_id);
    return {};
  });
  scope.patch<Path>(`${one}/tags`, async (request) => {
    const { tags } = read(request, { tags: { kind: 'objects' } });
    return { model: encodeModel(await loggedModels.setTags(request.params.model_id, pairs(tags))) };
  });
  scope.delete<Path>(`${one}/tags/:tag_key`, async ({ params }) => {
    await loggedModels.deleteTag(params.model_id, params.tag_key);
    return {};
  });
  scope.post<Path>(`${one}/params`, async (request) => {
    const { params } = read(request, { params: { kind: 'objects' } });
    await loggedModels.logParams(request.params.model_id, pairs(params));
    return {};
  });
  scope.get<Path>(`${one}/artifacts/directories`, async (request) => {
    const { artifact_directory_path } = read(request, { artifact_directory_path: { kind: 'string' } });
    const model = await loggedModels.get(request.params.model_id);
    const files = await listFolder(artifacts, model.id, artifact_directory_path);
    return { root_uri: model.artifactUri, ...(files.length === 0 ? {} : { files }) };
  });
}

function pairs(given: Record<string, unknown>[] | undefined): Pair[] {
  return (given ?? []).map(({ key, value }) => ({ key: String(key ?? ''), value: String(value ?? '') }));
}

function checkModelName(name: string): string {
  if (!/[/:.%"']/.test(name)) return name;
  throw invalid(
    `Invalid model name ('${name}') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '"', "'")`,
  );
}
