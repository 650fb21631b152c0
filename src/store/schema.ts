import type { Generated } from 'kysely';
import type { AccessTables } from './access/schema.ts';
import type { DeploymentTables } from './deployments/schema.ts';
import type { JobTables } from './jobs/schema.ts';
import type { RegistryTables } from './registry/schema.ts';
import type { StudioTables } from './studio/schema.ts';
import type { TrialState } from './sweep.ts';

/** The tables as Kysely sees them. Numbers ending in `_at` are milliseconds since 1970, texts are ISO 8601. */
export interface Tables extends RegistryTables, DeploymentTables, AccessTables, JobTables, StudioTables {
  migrations: { name: string; applied_at: string };
  sweeps: {
    id: string;
    name: string;
    state: 'open' | 'stopped';
    created_at: string;
    trials: number;
    direction: 'min' | 'max';
    /** JSON, of tuning/. */
    config: string;
  };
  trials: {
    sweep_id: string;
    number: number;
    state: TrialState;
    /** JSON: settings by dotted key; null until they are chosen. */
    params: string | null;
    /** JSON: run ids, the present one last. */
    runs: string;
    /** JSON: the objective after each epoch. */
    epochs: string;
    value: number | null;
    failures: number;
    /** Leases lost since the last epoch. */
    losses: number;
    error: string | null;
    worker: string | null;
    /** Of the claim that may write here. */
    token: string | null;
    /** Milliseconds since 1970: end of the lease, or of the pause of one that waits. */
    until: number | null;
    /** Epochs that were done when it was claimed. */
    claimed_epochs: number;
    started_at: string;
    ended_at: string | null;
  };
  experiments: {
    /** 0 is "Default", there from the start. */
    id: Generated<number>;
    name: string;
    artifact_location: string;
    created_at: number;
    updated_at: number;
    /** Null while it is not deleted. */
    deleted_at: number | null;
  };
  experiment_tags: { experiment_id: number; key: string; value: string };
  /** Trainings of Osler and runs that other programs log. Of the former `record` is the truth, and the columns exist to be searched by. */
  runs: {
    id: string;
    experiment_id: number;
    name: string;
    /** RunStatus. */
    status: string;
    user_name: string;
    started_at: number;
    ended_at: number | null;
    artifact_uri: string;
    created_at: string;
    /** Null while the run is not deleted. */
    deleted_at: string | null;
    /** NAME@VERSION; null for runs of other programs, as the two below. */
    dataset: string | null;
    model: string | null;
    /** RunRecord as JSON. */
    record: string | null;
  };
  params: { run_id: string; key: string; value: string };
  run_tags: { run_id: string; key: string; value: string };
  /** The names of a run's metrics, each with its latest value: of the highest step, then time, then value. */
  series: {
    id: Generated<number>;
    run_id: string;
    /** The run's, to be searched by. */
    experiment_id: number;
    key: string;
    last_step: number;
    last_time: number;
    last_value: number;
    last_nan: number;
  };
  metrics: {
    series_id: number;
    step: number;
    /** Milliseconds since 1970. */
    time: number;
    /** 0 where `nan` is 1: SQLite has no NaN. Infinities are themselves. */
    value: number;
    nan: number;
    /** 0 where a client knows none. */
    epoch: number;
  };
  /** On SQLite alone: batches of metrics as they came, see arrivals.ts. */
  arrivals: { id: Generated<number>; run_id: string; rows: Uint8Array };
  /** Runs some of whose series are behind their metrics: see settle.ts. */
  unsettled: { run_id: string };
  /** `owner`: the id of a run or of a logged model. */
  artifacts: { owner: string; path: string; kind: string; bytes: number; sha256: string; added_at: string };
  /** Contents of artifacts. `place`: `local`, an object store's address, or null: in the run's folder alone. */
  blobs: { sha256: string; bytes: number; place: string | null; added_at: string };
  /** Somebody is writing a content: it is no garbage. */
  blob_claims: { token: string; sha256: string; at: number };
  /** What MLflow calls the datasets of a run's inputs. */
  input_datasets: {
    id: string;
    experiment_id: number;
    name: string;
    digest: string;
    source_type: string;
    source: string;
    schema: string | null;
    profile: string | null;
  };
  /** `tags`: JSON, an array of {key, value}. */
  run_inputs: { run_id: string; dataset_id: string; tags: string };
  /** Logged models that a run read (`in`) or made (`out`). */
  run_models: { run_id: string; model_id: string; role: string; step: number };
  logged_models: {
    /** `m-` and 32 hex digits. */
    id: string;
    experiment_id: number;
    name: string;
    artifact_uri: string;
    created_at: number;
    updated_at: number;
    deleted_at: number | null;
    status: string;
    status_message: string | null;
    model_type: string | null;
    source_run_id: string | null;
  };
  logged_model_params: { model_id: string; key: string; value: string };
  logged_model_tags: { model_id: string; key: string; value: string };
  logged_model_metrics: {
    model_id: string;
    run_id: string;
    key: string;
    step: number;
    time: number;
    value: number;
    nan: number;
    dataset_name: string | null;
    dataset_digest: string | null;
  };
}
