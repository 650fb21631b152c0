import type { RunRecord } from './run.ts';
import type { FoundRun } from './search/search.ts';

export interface Compared<Value> {
  key: string;
  /** In the order of the runs; null where one has none. */
  values: (Value | null)[];
  same: boolean;
}

export interface RunComparison {
  runs: { id: string; name: string; status: string; startedAt: number; endedAt: number | null }[];
  /** Parameters that clients logged and settings of recipes, in order of key. */
  params: Compared<string>[];
  /** Latest values, in order of key. */
  metrics: Compared<number>[];
}

/** What differs between runs, and what does not. `records` are those of Osler's own trainings, by id. */
export function compareRuns(found: readonly FoundRun[], records: ReadonlyMap<string, RunRecord>): RunComparison {
  const params = found.map(({ info, params }) => {
    const settings = new Map(params.map(({ key, value }) => [key, value]));
    const record = records.get(info.id);
    if (record !== undefined) {
      flatten(record.config, '', settings);
      settings.set('dataset', `${record.dataset.name}@${record.dataset.version}`);
    }
    return settings;
  });
  const metrics = found.map((run) => new Map(run.metrics.map(({ key, value }) => [key, value])));
  return {
    runs: found.map(({ info: { id, name, status, startedAt, endedAt } }) => ({ id, name, status, startedAt, endedAt })),
    params: sideBySide(params),
    metrics: sideBySide(metrics),
  };
}

function sideBySide<Value>(columns: ReadonlyMap<string, Value>[]): Compared<Value>[] {
  const keys = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => (a < b ? -1 : 1));
  return keys.map((key) => {
    const values = columns.map((column) => column.get(key) ?? null);
    return { key, values, same: values.every((value) => Object.is(value, values[0])) };
  });
}

/** `{training: {epochs: 3}}` as `training.epochs` = `3`. A client's own parameter of that name stands. */
function flatten(value: unknown, path: string, into: Map<string, string>): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) flatten(inner, path === '' ? key : `${path}.${key}`, into);
  } else if (!into.has(path)) {
    into.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  }
}
