import type { FastifyInstance } from 'fastify';
import type { RunInputs } from '../../store/inputs.ts';
import type { Store } from '../../store/store.ts';
import { invalid } from './errors.ts';
import { checkLength, LIMITS } from './limits.ts';
import { read, wholeNumber } from './request.ts';
import { RUN } from './runs.ts';

type Fields = Record<string, unknown>;

export function inputRoutes(scope: FastifyInstance, { inputs }: Store): void {
  scope.post('/runs/log-inputs', async (request) => {
    const {
      run_id,
      datasets = [],
      models = [],
    } = read(request, {
      ...RUN,
      datasets: { kind: 'objects' },
      models: { kind: 'objects' },
    });
    await inputs.log(run_id, {
      datasets: unique(datasets.map(checkInput)),
      models: models.map(({ model_id }) => String(model_id ?? '')),
    });
    return {};
  });
  scope.post('/runs/outputs', async (request) => {
    const { run_id, models } = read(request, { ...RUN, models: { kind: 'objects', required: true } });
    const outputs = models.map(({ model_id, step }) => ({
      modelId: String(model_id ?? ''),
      step: wholeNumber(step) ?? 0,
    }));
    await inputs.log(run_id, { outputs });
    return {};
  });
}

type Input = RunInputs['datasets'][number];

function checkInput({ dataset, tags }: Fields): Input {
  if (typeof dataset !== 'object' || dataset === null) throw invalid('Dataset cannot be None');
  const { name, digest, source_type, source, schema, profile } = dataset as Fields;
  return {
    dataset: {
      name: checkLength('name', LIMITS.datasetName, given('Dataset name', name)),
      digest: checkLength('digest', LIMITS.datasetDigest, given('Dataset digest', digest)),
      sourceType: given('Dataset source_type', source_type),
      source: checkLength('source', LIMITS.datasetSource, given('Dataset source', source)),
      ...(schema ? { schema: checkLength('schema', LIMITS.datasetSchema, String(schema)) } : {}),
      ...(profile ? { profile: checkLength('profile', LIMITS.datasetProfile, String(profile)) } : {}),
    },
    tags: (Array.isArray(tags) ? (tags as Fields[]) : []).map(({ key, value }) => ({
      key: checkLength('key', LIMITS.inputTagKey, given('InputTag key', key)),
      value: checkLength('value', LIMITS.inputTagValue, given('InputTag value', value)),
    })),
  };
}

function given(what: string, value: unknown): string {
  if (value === undefined || value === null) throw invalid(`${what} cannot be None`);
  return String(value);
}

/** Of equal name and digest the first. */
function unique(inputs: Input[]): Input[] {
  const seen = new Map<string, Input>();
  for (const input of inputs) {
    const key = JSON.stringify([input.dataset.name, input.dataset.digest]);
    if (!seen.has(key)) seen.set(key, input);
  }
  return [...seen.values()];
}
