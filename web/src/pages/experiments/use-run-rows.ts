import { useQueries } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { isAbsent } from '../../components/reading.ts';
import type { RunLine } from './queries.ts';

export interface RunsAsked {
  experiment?: string | undefined;
  filter?: string | undefined;
  order?: string | undefined;
  /** metrics.NAME, params.NAME, tags.NAME: what is shown of each. */
  column: readonly string[];
  deleted?: true | undefined;
}

/** A stretch of the table that is loaded. */
export interface RunPart {
  block: number;
  runs: readonly RunLine[];
}

/** A line of the table; its run comes when it is looked at. */
export interface RunRow {
  index: number;
  run: RunLine | undefined;
}

const BLOCK = 100;
/** Blocks that are kept up to date at once: what is in sight, and around it. */
const KEPT = 6;

/** Runs of a table however long: each stretch is asked for when it comes into sight, and those in sight are kept up to date. */
export function useRunRows(asked: RunsAsked) {
  const key = JSON.stringify(asked);
  const [sight, setSight] = useState<{ key: string; blocks: readonly number[] }>({ key, blocks: [0] });
  const blocks = sight.key === key ? sight.blocks : [0];
  const results = useQueries({
    queries: blocks.map((block) => ({
      queryKey: ['runs', 'table', key, block],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        ask(api.GET('/v1/search/runs', { params: { query: queryOf(asked, block) }, signal })),
      placeholderData: block === 0 ? (before: Answer | undefined) => before : undefined,
      staleTime: 3_000,
      // A filter that is wrong stays wrong.
      retry: false,
    })),
  });
  const first = results[blocks.indexOf(0)];
  const [total, setTotal] = useState(0);
  const known = first?.data?.total ?? null;
  if (known !== null && known !== total) setTotal(known);

  const loaded = results.map(({ data }) => data?.runs);
  const empty = useMemo(
    (): RunRow[] => Array.from({ length: total }, (_, index) => ({ index, run: undefined })),
    [total],
  );
  const parts = useMemo(
    () => blocks.flatMap((block, i) => (loaded[i] === undefined ? [] : [{ block, runs: loaded[i] }])),
    [...loaded, blocks.join()],
  );
  const rows = useMemo((): RunRow[] => {
    // Lines that nobody looks at stay the same objects: a table may have tens of thousands.
    const all = [...empty];
    for (const { block, runs } of parts)
      for (const [place, run] of runs.entries()) {
        const index = block * BLOCK + place;
        if (index < all.length) all[index] = { index, run };
      }
    return all;
  }, [empty, parts]);

  /** Lines that are in sight. */
  const onSight = useCallback(
    (first: number, last: number) => {
      const wanted = [...new Set([Math.floor(first / BLOCK), Math.floor(last / BLOCK)])];
      setSight((before) => {
        const now = before.key === key ? before.blocks : [0];
        const missing = wanted.filter((block) => !now.includes(block));
        if (missing.length === 0) return before.key === key ? before : { key, blocks: now };
        // The first one counts them all, and stays.
        const others = now.filter((one) => one !== 0 && !missing.includes(one)).slice(missing.length - (KEPT - 1));
        return { key, blocks: [0, ...others, ...missing] };
      });
    },
    [key],
  );
  return {
    rows,
    /** What is loaded, stretch by stretch. */
    parts,
    total,
    onSight,
    loading: first?.data === undefined && first?.error === null,
    /** What is shown was asked for before. */
    stale: first?.isPlaceholderData === true,
    error: results.find(isAbsent)?.error ?? null,
    refetch: () => void Promise.all(results.map((one) => one.refetch())),
  };
}

interface Answer {
  runs: RunLine[];
  total: number | null;
}

function queryOf({ experiment, filter, order, column, deleted }: RunsAsked, block: number) {
  return {
    offset: block * BLOCK,
    limit: BLOCK,
    count: block === 0 ? ('true' as const) : ('false' as const),
    view: deleted ? ('deleted' as const) : ('active' as const),
    ...(experiment === undefined ? {} : { experiment }),
    ...(filter === undefined ? {} : { filter }),
    ...(order === undefined ? {} : { order }),
    ...(column.length === 0 ? {} : { column: [...column] }),
  };
}
