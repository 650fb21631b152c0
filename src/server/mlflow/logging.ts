import type { FastifyInstance } from 'fastify';
import type { LoggedMetric, Pair } from '../../store/log-batch.ts';
import type { ModelMetric } from '../../store/logged-models.ts';
import type { Store } from '../../store/store.ts';
import { isDeep, MOST_LEVELS } from '../json-depth.ts';
import { invalid } from './errors.ts';
import { checkBatch, checkLength, checkName, checkParam, checkTag, LIMITS } from './limits.ts';
import { exactly, floatNumber, listIn, missing, read, wholeNumber } from './request.ts';
import { RUN } from './runs.ts';

const KEY = { key: { kind: 'string', required: true } } as const;

/** A metric, and what else MLflow 3 may say of it. */
interface Given {
  metric: LoggedMetric;
  model?: Omit<ModelMetric, 'runId'> & { modelId: string };
}

export function loggingRoutes(scope: FastifyInstance, { logs, loggedModels }: Store): void {
  scope.post('/runs/log-metric', async (request) => {
    const { run_id, ...given } = read(request, {
      ...RUN,
      ...KEY,
      value: { kind: 'float', required: true },
      timestamp: { kind: 'int', required: true },
      step: { kind: 'int' },
      model_id: { kind: 'string' },
      dataset_name: { kind: 'string' },
      dataset_digest: { kind: 'string' },
    });
    const { metric, model } = checkMetric(given, '');
    if (model !== undefined) await loggedModels.logMetrics(run_id, [model]);
    await logs.write(run_id, { metrics: [metric] });
    return {};
  });
  scope.post('/runs/log-parameter', async (request) => {
    const { run_id, key, value } = read(request, { ...RUN, ...KEY, value: { kind: 'string' } });
    await logs.write(run_id, { params: [checkParam(key, value)] });
    return {};
  });
  scope.post('/runs/set-tag', async (request) => {
    const { run_id, key, value } = read(request, { ...RUN, ...KEY, value: { kind: 'string' } });
    await logs.write(run_id, { tags: [checkTag(key, value)] });
    return {};
  });
  scope.post('/runs/delete-tag', async (request) => {
    const { run_id, key } = read(request, { ...RUN, ...KEY });
    await logs.deleteTag(run_id, key);
    return {};
  });
  scope.post('/runs/log-batch', async (request) => {
    const {
      run_id,
      metrics: given = [],
      params: pairs = [],
      tags: labels = [],
    } = read(request, {
      ...RUN,
      metrics: { kind: 'objects' },
      params: { kind: 'objects' },
      tags: { kind: 'objects' },
    });
    checkRunId(run_id);
    const metrics: LoggedMetric[] = new Array(given.length);
    const models: NonNullable<Given['model']>[] = [];
    for (let i = 0; i < given.length; i++) {
      const checked = checkMetric(given[i]!, `metrics[${i}]`);
      metrics[i] = checked.metric;
      if (checked.model !== undefined) models.push(checked.model);
    }
    const params = pairs.map(({ key, value }, i) =>
      checkParam(present(key, `params[${i}].key`), value, `params[${i}]`),
    );
    const tags = labels.map(({ key, value }, i) => checkTag(present(key, `tags[${i}].key`), value, `tags[${i}]`));
    checkBatch(metrics.length, params.length, tags.length);
    checkUnique(params);
    await logs.write(run_id, { metrics, params, tags });
    if (models.length > 0) await loggedModels.logMetrics(run_id, models);
    return {};
  });
  scope.post('/runs/log-model', async (request) => {
    const { run_id, model_json } = read(request, { ...RUN, model_json: { kind: 'string', required: true } });
    const there = (await logs.tags(run_id)).find(({ key }) => key === HISTORY);
    const before = listIn(there?.value);
    if (before === null)
      throw invalid(`The tag '${HISTORY}' of the run holds no list of models. Delete it: it is MLflow's own.`);
    const all = [...before, modelSummary(model_json)];
    await logs.write(run_id, { tags: [checkTag(HISTORY, JSON.stringify(all))] });
    return {};
  });
}

/** Where clients of before MLflow 3 keep what models a run logged. */
const HISTORY = 'mlflow.log-model.history';
const MANDATORY = ['artifact_path', 'flavors', 'utc_time_created', 'run_id'];

function modelSummary(json: string): Record<string, unknown> {
  let model: unknown;
  try {
    model = JSON.parse(json);
  } catch {
    throw invalid(`Malformed model info. \n ${json} \n is not a valid JSON.`);
  }
  if (typeof model !== 'object' || model === null) throw invalid('Model json is not an object.');
  if (isDeep(model)) throw invalid(`Model json is nested more than ${MOST_LEVELS} levels deep.`);
  const absent = MANDATORY.filter((name) => !(name in model));
  if (absent.length > 0)
    throw invalid(`Model json is missing mandatory fields: {${absent.map((name) => `'${name}'`).join(', ')}}`);
  const { saved_input_example_info, signature, ...rest } = model as Record<string, unknown>;
  return {
    ...rest,
    ...(signature === undefined ? {} : { signature }),
    ...(saved_input_example_info === undefined ? {} : { saved_input_example_info }),
  };
}

function checkMetric(given: Record<string, unknown>, path: string): Given {
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const key = checkName(present(given.key, at('key')), at('name'));
  const value = floatNumber(present(given.value, at('value')));
  const timestamp = wholeNumber(present(given.timestamp, at('timestamp')));
  const step = wholeNumber(given.step ?? 0);
  if (value === undefined || timestamp === undefined || step === undefined) {
    const [name, wrong] =
      value === undefined
        ? ['value', given.value]
        : timestamp === undefined
          ? ['timestamp', given.timestamp]
          : ['step', given.step];
    throw invalid(
      `Invalid value ${JSON.stringify(wrong)} for parameter '${at(name as string)}' supplied.${value === undefined ? '' : exactly(wrong)}`,
    );
  }
  if (timestamp < 0) {
    throw invalid(
      `Invalid value ${timestamp} for parameter '${at('timestamp')}' supplied: metric '${key}' (value=${Number.isInteger(value) ? value.toFixed(1) : value}). Timestamp must be a nonnegative long (64-bit integer) `,
    );
  }
  checkLength('Metric name', LIMITS.key, key);
  const metric = { key, value, step, timestamp };
  const { model_id, dataset_name, dataset_digest } = given;
  if (typeof model_id !== 'string' || model_id === '') return { metric };
  return {
    metric,
    model: {
      ...metric,
      modelId: model_id,
      ...(typeof dataset_name === 'string' && dataset_name !== '' ? { datasetName: dataset_name } : {}),
      ...(typeof dataset_digest === 'string' && dataset_digest !== '' ? { datasetDigest: dataset_digest } : {}),
    },
  };
}

function present(value: unknown, name: string): unknown {
  if (value === undefined || value === null || value === '') throw missing(name);
  return value;
}

function checkUnique(params: readonly Pair[]): void {
  const seen = new Set<string>();
  const twice = params.filter(({ key }) => seen.size === seen.add(key).size).map(({ key }) => `'${key}'`);
  if (twice.length > 0) {
    throw invalid(
      `Duplicate parameter keys have been submitted: [${twice.join(', ')}]. Please ensure the request contains only one param value per param key.`,
    );
  }
}

function checkRunId(id: string): void {
  if (!/^[a-zA-Z0-9][\w-]{0,255}$/.test(id))
    throw invalid(`Invalid value ${JSON.stringify(id)} for parameter 'run_id' supplied.`);
}
