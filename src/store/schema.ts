import type { Generated } from 'kysely';

/** The tables as Kysely sees them. Columns beside `record` exist to be searched and sorted by; `record` is the truth. */
export interface Tables {
  migrations: { name: string; applied_at: string };
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
