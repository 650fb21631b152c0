import type { Experiment } from '../../store/experiments.ts';
import type { RunInputs } from '../../store/inputs.ts';
import type { LoggedMetric } from '../../store/log-batch.ts';
import type { LoggedModel } from '../../store/logged-models.ts';
import type { FoundRun } from '../../store/search/search.ts';
import type { RunInfo, TrackedStatus } from '../../store/tracked-run.ts';
import { invalid } from './errors.ts';

/** Osler's records as MLflow's protocol buffers in JSON: what is empty is left out. */

const STATUS: Record<TrackedStatus, string> = {
  running: 'RUNNING',
  scheduled: 'SCHEDULED',
  finished: 'FINISHED',
  failed: 'FAILED',
  interrupted: 'KILLED',
};
const NUMBERS = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];

/** By name or by number. */
export function statusOf(given: string | number): TrackedStatus {
  const name = typeof given === 'number' ? NUMBERS[given - 1] : given;
  const found = (Object.keys(STATUS) as TrackedStatus[]).find((status) => STATUS[status] === name);
  if (found !== undefined) return found;
  throw invalid(
    `Invalid value ${JSON.stringify(given)} for parameter 'status' supplied: it is none of ${NUMBERS.join(', ')}.`,
  );
}

export function encodeNumber(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

export function encodeMetric({ key, value, timestamp, step }: LoggedMetric) {
  return { key, value: encodeNumber(value), timestamp, step };
}

export function encodeExperiment(experiment: Experiment) {
  const { tags } = experiment;
  return {
    experiment_id: String(experiment.id),
    name: experiment.name,
    artifact_location: experiment.artifactLocation,
    lifecycle_stage: experiment.deleted ? 'deleted' : 'active',
    last_update_time: experiment.updatedAt,
    creation_time: experiment.createdAt,
    workspace: 'default',
    ...(tags.length === 0 ? {} : { tags }),
  };
}

export function encodeInfo(info: RunInfo) {
  return {
    run_id: info.id,
    run_uuid: info.id,
    run_name: info.name,
    experiment_id: String(info.experimentId),
    user_id: info.user,
    status: STATUS[info.status],
    start_time: info.startedAt,
    ...(info.endedAt === null ? {} : { end_time: info.endedAt }),
    artifact_uri: info.artifactUri,
    lifecycle_stage: info.deleted ? 'deleted' : 'active',
  };
}

export function encodeRun({ info, metrics, params, tags }: FoundRun, inputs: RunInputs | undefined) {
  return {
    info: encodeInfo(info),
    data: {
      ...(metrics.length === 0 ? {} : { metrics: metrics.map(encodeMetric) }),
      ...(params.length === 0 ? {} : { params }),
      ...(tags.length === 0 ? {} : { tags }),
    },
    inputs: encodeInputs(inputs),
    outputs:
      inputs === undefined || inputs.outputs.length === 0
        ? {}
        : { model_outputs: inputs.outputs.map(({ modelId, step }) => ({ model_id: modelId, step })) },
  };
}

function encodeInputs(inputs: RunInputs | undefined) {
  if (inputs === undefined) return {};
  const datasets = inputs.datasets.map(({ dataset: { sourceType, schema, profile, ...rest }, tags }) => ({
    ...(tags.length === 0 ? {} : { tags }),
    dataset: {
      name: rest.name,
      digest: rest.digest,
      source_type: sourceType,
      source: rest.source,
      ...(schema ? { schema } : {}),
      ...(profile ? { profile } : {}),
    },
  }));
  return {
    ...(datasets.length === 0 ? {} : { dataset_inputs: datasets }),
    ...(inputs.models.length === 0 ? {} : { model_inputs: inputs.models.map((model_id) => ({ model_id })) }),
  };
}

const MODEL_STATUS = {
  pending: 'LOGGED_MODEL_PENDING',
  ready: 'LOGGED_MODEL_READY',
  failed: 'LOGGED_MODEL_UPLOAD_FAILED',
} as const;

/** By name or by number: 1 pending, 2 ready, 3 failed. */
export function modelStatusOf(given: string | number): LoggedModel['status'] {
  const names = Object.keys(MODEL_STATUS) as LoggedModel['status'][];
  const found = names.find((status, i) => MODEL_STATUS[status] === given || i + 1 === Number(given));
  if (found !== undefined) return found;
  throw invalid(
    `Invalid value ${JSON.stringify(given)} for parameter 'status' supplied: it is none of ${Object.values(MODEL_STATUS).join(', ')}.`,
  );
}

export function encodeModel(model: LoggedModel) {
  const { params, metrics, tags, sourceRunId } = model;
  return {
    info: {
      model_id: model.id,
      experiment_id: String(model.experimentId),
      name: model.name,
      creation_timestamp_ms: model.createdAt,
      last_updated_timestamp_ms: model.updatedAt,
      artifact_uri: model.artifactUri,
      status: MODEL_STATUS[model.status],
      ...(model.modelType === null ? {} : { model_type: model.modelType }),
      ...(sourceRunId === null ? {} : { source_run_id: sourceRunId }),
      ...(model.statusMessage === null ? {} : { status_message: model.statusMessage }),
      ...(tags.length === 0 ? {} : { tags }),
    },
    data: {
      ...(params.length === 0 ? {} : { params }),
      ...(metrics.length === 0
        ? {}
        : {
            metrics: metrics.map(({ runId, datasetName, datasetDigest, ...metric }) => ({
              ...encodeMetric(metric),
              ...(datasetName === undefined ? {} : { dataset_name: datasetName }),
              ...(datasetDigest === undefined ? {} : { dataset_digest: datasetDigest }),
              model_id: model.id,
              run_id: runId,
            })),
          }),
    },
  };
}
