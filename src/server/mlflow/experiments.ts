import type { FastifyInstance } from 'fastify';
import { experimentId } from '../../store/search/experiments.ts';
import type { ViewType } from '../../store/search/runs.ts';
import type { Store } from '../../store/store.ts';
import { encodeExperiment } from './encode.ts';
import { invalid, MlflowError } from './errors.ts';
import { checkExperimentTag, checkLength, checkMaxResults, LIMITS } from './limits.ts';
import { type Parsed, read, type Spec } from './request.ts';

const ID = { experiment_id: { kind: 'string', required: true } } as const;
const VIEWS: ViewType[] = ['active', 'deleted', 'all'];
const VIEW_NAMES = ['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'];

/** By name or by number, from 1. */
export function viewOf(given: string | number | undefined, fallback: ViewType): ViewType {
  if (given === undefined) return fallback;
  const found = VIEWS.find((_, i) => VIEW_NAMES[i] === given || String(i + 1) === String(given));
  if (found !== undefined) return found;
  throw invalid(
    `Invalid value ${JSON.stringify(given)} for parameter 'view_type' supplied: it is none of ${VIEW_NAMES.join(', ')}.`,
  );
}

export function experimentRoutes(scope: FastifyInstance, { experiments, search }: Store): void {
  scope.post('/experiments/create', async (request) => {
    const { name, artifact_location, tags } = read(request, {
      name: { kind: 'string', required: true },
      artifact_location: { kind: 'string' },
      tags: { kind: 'objects' },
    });
    checkLength('name', LIMITS.experimentName, name);
    const made = await experiments.create({
      name,
      tags: (tags ?? []).map(checkExperimentTag),
      ...(artifact_location ? { artifactLocation: checkLocation(artifact_location) } : {}),
    });
    return { experiment_id: String(made.id) };
  });
  scope.get('/experiments/get', async (request) => {
    const { experiment_id } = read(request, ID);
    return { experiment: encodeExperiment(await experiments.get(experimentId(experiment_id))) };
  });
  scope.get('/experiments/get-by-name', async (request) => {
    const { experiment_name } = read(request, { experiment_name: { kind: 'string', required: true } });
    const found = await experiments.byName(experiment_name);
    if (found === null)
      throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Could not find experiment with name '${experiment_name}'`);
    return { experiment: encodeExperiment(found) };
  });
  scope.post('/experiments/update', async (request) => {
    const { experiment_id, new_name } = read(request, { ...ID, new_name: { kind: 'string', required: true } });
    checkLength('name', LIMITS.experimentName, new_name);
    await experiments.rename(experimentId(experiment_id), new_name);
    return {};
  });
  for (const change of ['delete', 'restore'] as const) {
    scope.post(`/experiments/${change}`, async (request) => {
      await experiments[change](experimentId(read(request, ID).experiment_id));
      return {};
    });
  }
  scope.post('/experiments/set-experiment-tag', async (request) => {
    const { experiment_id, ...tag } = read(request, {
      ...ID,
      key: { kind: 'string', required: true },
      value: { kind: 'string' },
    });
    const { key, value } = checkExperimentTag(tag);
    await experiments.setTag(experimentId(experiment_id), key, value);
    return {};
  });
  scope.post('/experiments/delete-experiment-tag', async (request) => {
    const { experiment_id, key } = read(request, { ...ID, key: { kind: 'string', required: true } });
    await experiments.deleteTag(experimentId(experiment_id), key);
    return {};
  });

  const SEARCH = {
    view_type: { kind: 'enum' },
    max_results: { kind: 'int' },
    order_by: { kind: 'strings' },
    filter: { kind: 'string' },
    page_token: { kind: 'string' },
  } as const satisfies Spec;
  const found = async ({ view_type, max_results, order_by, filter, page_token }: Parsed<typeof SEARCH>) => {
    const { ids, nextPageToken } = await search.experiments({
      viewType: viewOf(view_type, 'active'),
      maxResults: checkMaxResults(max_results ?? 0),
      ...(order_by === undefined ? {} : { orderBy: order_by }),
      ...(filter === undefined ? {} : { filter }),
      ...(page_token === undefined ? {} : { pageToken: page_token }),
    });
    const all = await Promise.all(ids.map((id) => experiments.get(id)));
    return {
      ...(all.length === 0 ? {} : { experiments: all.map(encodeExperiment) }),
      ...(nextPageToken === null ? {} : { next_page_token: nextPageToken }),
    };
  };
  scope.post('/experiments/search', (request) => found(read(request, SEARCH)));
  scope.get('/experiments/search', (request) => found(read(request, SEARCH)));
}

function checkLocation(location: string): string {
  checkLength('artifact_location', LIMITS.artifactLocation, location);
  if (location.startsWith('runs:')) throw invalid(`Artifact location cannot be a runs:/ URI. Given: '${location}'`);
  if (/[#;]/.test(location)) throw invalid("'artifact_location' URL can't include fragments or params.");
  return location;
}
