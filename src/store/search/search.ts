import { type Kysely, sql } from 'kysely';
import { amongIds } from '../inputs.ts';
import type { LoggedMetric, Pair } from '../log-batch.ts';
import type { Tables } from '../schema.ts';
import { settle } from '../settle.ts';
import { RUN_COLUMNS, type RunInfo, type RunRow, runInfo } from '../tracked-run.ts';
import { type ExperimentQuery, findExperiments } from './experiments.ts';
import { offsetOf, pageToken } from './page-token.ts';
import { countRuns, findRuns, type RunQuery } from './runs.ts';
import { type Keys, keysOf, type TableRow, tableRows, type Wanted } from './table.ts';

export interface FoundRun {
  info: RunInfo;
  /** The latest value of each; in order of key, as are the next two. */
  metrics: LoggedMetric[];
  params: Pair[];
  tags: Pair[];
}

export interface RunSearch extends RunQuery {
  /** Default 1,000. */
  maxResults?: number;
  /** Of the page before. */
  pageToken?: string;
}

export interface ExperimentSearch extends ExperimentQuery {
  /** Default 1,000. */
  maxResults?: number;
  pageToken?: string;
}

export interface Search {
  /** Throws USAGE for a filter, an order or a token that is none. */
  experiments(search: ExperimentSearch): Promise<{ ids: number[]; nextPageToken: string | null }>;
  /** Throws USAGE for a filter, an order or a token that is none. */
  runs(search: RunSearch): Promise<{ runs: FoundRun[]; nextPageToken: string | null }>;
  /** In the order of the ids; unknown ones are left out. */
  load(ids: readonly string[]): Promise<FoundRun[]>;
  /** A stretch of a table of runs: those from `offset` on, with the wanted cells alone. Throws USAGE as `runs` does. */
  table(query: RunQuery & { offset: number; limit: number }, wanted: Wanted): Promise<TableRow[]>;
  /** How many fit. Throws USAGE for a filter that is none. */
  count(query: RunQuery): Promise<number>;
  /** What these experiments' runs can be searched and shown by. */
  keys(experimentIds: readonly number[]): Promise<Keys>;
}

export function searchRepository(db: Kysely<Tables>): Search {
  async function load(ids: readonly string[]): Promise<FoundRun[]> {
    if (ids.length === 0) return [];
    const among = amongIds(db, ids);
    const pairs = (table: 'params' | 'run_tags') =>
      db
        .selectFrom(table)
        .select(['run_id', 'key', 'value'])
        .where(sql<boolean>`run_id ${among}`)
        .orderBy('run_id')
        .orderBy('key')
        .execute();
    // At once: PostgreSQL has a connection for each.
    const [rows, params, tags, series] = await Promise.all([
      db
        .selectFrom('runs')
        .select(RUN_COLUMNS)
        .select((eb) => eb('record', 'is', null).as('foreign'))
        .where(sql<boolean>`id ${among}`)
        .execute(),
      pairs('params'),
      pairs('run_tags'),
      db
        .selectFrom('series')
        .select(['run_id', 'key', 'last_value', 'last_nan', 'last_step', 'last_time'])
        .where(sql<boolean>`run_id ${among}`)
        .orderBy('run_id')
        .orderBy('key')
        .execute(),
    ]);
    const found = new Map(
      rows.map((row): [string, FoundRun] => [
        row.id,
        { info: runInfo(row as RunRow), metrics: [], params: [], tags: [] },
      ]),
    );
    for (const { run_id, key, value } of params) found.get(run_id)?.params.push({ key, value });
    for (const { run_id, key, value } of tags) found.get(run_id)?.tags.push({ key, value });
    for (const row of series) {
      found.get(row.run_id)?.metrics.push({
        key: row.key,
        value: row.last_nan === 1 ? Number.NaN : row.last_value,
        step: row.last_step,
        timestamp: row.last_time,
      });
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }
  const settled = (query: RunQuery) => settle(db, { experiments: query.experimentIds });
  return {
    async load(ids) {
      await settle(db, { runs: ids });
      return load(ids);
    },
    async experiments({ maxResults = 1_000, pageToken: token, ...query }) {
      const offset = offsetOf(token);
      const ids = await findExperiments(db, query, offset + maxResults + 1);
      const more = ids.length > offset + maxResults;
      return {
        ids: ids.slice(offset, offset + maxResults),
        nextPageToken: more ? pageToken(offset + maxResults) : null,
      };
    },
    async runs({ maxResults = 1_000, pageToken: token, ...query }) {
      const offset = offsetOf(token);
      await settled(query);
      // One more tells whether there is another page.
      const ids = await findRuns(db, query, offset + maxResults + 1);
      const more = ids.length > offset + maxResults;
      return {
        runs: await load(ids.slice(offset, offset + maxResults)),
        nextPageToken: more ? pageToken(offset + maxResults) : null,
      };
    },
    async table({ offset, limit, ...query }, wanted) {
      await settled(query);
      const ids = await findRuns(db, query, offset + limit);
      return tableRows(db, ids.slice(offset), wanted);
    },
    async count(query) {
      await settled(query);
      return countRuns(db, query);
    },
    keys: (experimentIds) => keysOf(db, experimentIds),
  };
}
