import type { Generated } from 'kysely';
import type { RegistryTables } from './registry/schema.ts';
import type { TrialState } from './sweep.ts';

/** The tables as Kysely sees them. Columns beside `record` exist to be searched and sorted by; `record` is the truth. */
export interface Tables extends RegistryTables {
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
  runs: {
    id: string;
    name: string;
    status: string;
    created_at: string;
    dataset: string;
    model: string;
    /** Null while the run is not deleted; ISO 8601. */
    deleted_at: string | null;
    /** RunRecord as JSON. */
    record: string;
  };
  series: { id: Generated<number>; run_id: string; key: string };
  metrics: {
    series_id: number;
    step: number;
    epoch: number;
    /** SQLite has no NaN: null stands for it, on PostgreSQL too. Infinities are themselves. */
    value: number | null;
    /** Milliseconds since 1970. */
    time: number;
  };
  artifacts: { run_id: string; path: string; kind: string; bytes: number; sha256: string; added_at: string };
}
