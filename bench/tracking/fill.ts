/** 100,000 runs of one experiment, the same in both stores: three metrics with one value each, two parameters, a name. */
import { createHash } from 'node:crypto';
import { MIGRATIONS } from '../../src/store/migrate.ts';
import type { Store } from '../../src/store/store.ts';
import { uniforms } from './random.ts';

export interface FilledRun {
  id: string;
  name: string;
  start: number;
  metrics: [key: string, value: number][];
  params: [key: string, value: string][];
}

export const EXPERIMENT = 'a hundred thousand';
const KEYS = ['val/auroc', 'val/loss', 'train/loss'];

export function* filledRuns(count: number): Generator<FilledRun> {
  const next = uniforms(7);
  for (let i = 0; i < count; i++) {
    yield {
      id: createHash('md5').update(`run ${i}`).digest('hex'),
      name: `run ${i}`,
      start: 1_700_000_000_000 + i * 1_000,
      metrics: KEYS.map((key) => [key, next()]),
      params: [
        ['lr', `0.${i % 10}`],
        ['seed', String(i)],
      ],
    };
  }
}

/** Through the store's own way of taking rows from elsewhere. */
export async function fillOsler(store: Store, count: number): Promise<void> {
  await store.load(dump(count));
}

const PAGE = 2_000;

async function* dump(count: number): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const counts: Record<string, number> = {};
  const line = (value: unknown): string => {
    const text = JSON.stringify(value);
    hash.update(`${text}\n`);
    return text;
  };
  yield line({ format: 'osler-store-dump/1', migrations: MIGRATIONS.map(({ name }) => name) });
  const at = 1_700_000_000_000;
  const experiments = [
    { id: 0, name: 'Default' },
    { id: 1, name: EXPERIMENT },
  ].map((e) => ({
    ...e,
    artifact_location: `mlflow-artifacts:/${e.id}`,
    created_at: at,
    updated_at: at,
    deleted_at: null,
  }));
  const tables: Record<string, (run: FilledRun, i: number) => Record<string, unknown>[]> = {
    runs: ({ id, name, start }) => [
      {
        id,
        experiment_id: 1,
        name,
        status: 'finished',
        user_name: 'bench',
        started_at: start,
        ended_at: start + 500,
        artifact_uri: `mlflow-artifacts:/1/${id}/artifacts`,
        created_at: new Date(start).toISOString(),
        deleted_at: null,
        dataset: null,
        model: null,
        record: null,
      },
    ],
    params: ({ id, params }) => params.map(([key, value]) => ({ run_id: id, key, value })),
    run_tags: ({ id, name }) => [{ run_id: id, key: 'mlflow.runName', value: name }],
    series: ({ id, start, metrics }, i) =>
      metrics.map(([key, value], k) => ({
        id: i * KEYS.length + k + 1,
        run_id: id,
        experiment_id: 1,
        key,
        last_step: 1,
        last_time: start,
        last_value: value,
        last_nan: 0,
      })),
    metrics: ({ start, metrics }, i) =>
      metrics.map(([, value], k) => ({
        series_id: i * KEYS.length + k + 1,
        step: 1,
        time: start,
        value,
        nan: 0,
        epoch: 0,
      })),
  };
  const page = (table: string, rows: Record<string, unknown>[]): string => {
    counts[table] = (counts[table] ?? 0) + rows.length;
    const columns = Object.keys(rows[0]!);
    return line({ table, columns, rows: rows.map((row) => columns.map((c) => row[c])) });
  };
  yield page('experiments', experiments);
  for (const [table, rowsOf] of Object.entries(tables)) {
    let rows: Record<string, unknown>[] = [];
    let i = 0;
    for (const run of filledRuns(count)) {
      rows.push(...rowsOf(run, i++));
      if (rows.length >= PAGE) yield page(table, rows);
      if (rows.length >= PAGE) rows = [];
    }
    if (rows.length > 0) yield page(table, rows);
  }
  yield JSON.stringify({ end: true, counts, sha256: hash.digest('hex') });
}
