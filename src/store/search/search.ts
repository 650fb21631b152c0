import type { Kysely } from 'kysely';
import type { Tables } from '../schema.ts';
import { settle } from '../settle.ts';
import { type ExperimentQuery, findExperiments } from './experiments.ts';
import { type FoundRun, loadRuns } from './load.ts';
import { offsetOf, pageToken } from './page-token.ts';
import { countRuns, findRuns, type RunQuery } from './runs.ts';
import { type Keys, keysOf, type TableRow, tableRows, type Wanted } from './table.ts';

export type { FoundRun };

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
  /** As `runs`; their ids alone. */
  find(search: RunSearch): Promise<{ ids: string[]; nextPageToken: string | null }>;
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
  /**
   * What is found once no latest values are behind. One after the other: of two statements at once, the one that finds might see the
   * values of before and the other the marks of after somebody else settled them.
   */
  async function settled<T>(query: RunQuery, find: () => Promise<T>): Promise<T> {
    await settle(db, { experiments: query.experimentIds });
    return find();
  }
  async function find({ maxResults = 1_000, pageToken: token, ...query }: RunSearch) {
    const offset = offsetOf(token);
    // One more tells whether there is another page.
    const ids = await settled(query, () => findRuns(db, query, offset + maxResults + 1));
    const more = ids.length > offset + maxResults;
    return {
      ids: ids.slice(offset, offset + maxResults),
      nextPageToken: more ? pageToken(offset + maxResults) : null,
    };
  }
  return {
    async load(ids) {
      await settle(db, { runs: ids });
      return loadRuns(db, ids);
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
    async runs(search) {
      const { ids, nextPageToken } = await find(search);
      return { runs: await loadRuns(db, ids), nextPageToken };
    },
    find,
    async table({ offset, limit, ...query }, wanted) {
      const ids = await settled(query, () => findRuns(db, query, offset + limit));
      return tableRows(db, ids.slice(offset), wanted);
    },
    // All of them are as many, however far behind their values are.
    count: (query) => (query.filter === undefined ? countRuns(db, query) : settled(query, () => countRuns(db, query))),
    keys: (experimentIds) => keysOf(db, experimentIds),
  };
}
