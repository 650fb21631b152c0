import type { RunStatus } from './run.ts';

/** `scheduled`: a client of MLflow's announced it; Osler's own trainings never are. */
export type TrackedStatus = RunStatus | 'scheduled';

/** What is known of every run, whether Osler trained it or another program logged it. Times are milliseconds since 1970. */
export interface RunInfo {
  /** 32 hex digits. */
  id: string;
  experimentId: number;
  name: string;
  status: TrackedStatus;
  user: string;
  startedAt: number;
  /** Null while it runs. */
  endedAt: number | null;
  /** Where MLflow's clients find its files: `mlflow-artifacts:/EXPERIMENT/RUN/artifacts`, or a place of their own. */
  artifactUri: string;
  deleted: boolean;
  /** Logged by another program: it has no RunRecord and no folder. */
  foreign: boolean;
  /** `NAME@VERSION` and architecture of a training of Osler; null for others. */
  dataset: string | null;
  model: string | null;
}

export interface RunRow {
  id: string;
  experiment_id: number;
  name: string;
  status: string;
  user_name: string;
  started_at: number;
  ended_at: number | null;
  artifact_uri: string;
  deleted_at: string | null;
  dataset: string | null;
  model: string | null;
  foreign: number | boolean;
}

/** Columns of a RunRow but `foreign`, for a select. */
export const RUN_COLUMNS = [
  'runs.id',
  'runs.experiment_id',
  'runs.name',
  'runs.status',
  'runs.user_name',
  'runs.started_at',
  'runs.ended_at',
  'runs.artifact_uri',
  'runs.deleted_at',
  'runs.dataset',
  'runs.model',
] as const;

export function runInfo(row: RunRow): RunInfo {
  return {
    id: row.id,
    experimentId: row.experiment_id,
    name: row.name,
    status: row.status as TrackedStatus,
    user: row.user_name,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    artifactUri: row.artifact_uri,
    deleted: row.deleted_at !== null,
    foreign: Boolean(row.foreign),
    dataset: row.dataset,
    model: row.model,
  };
}
