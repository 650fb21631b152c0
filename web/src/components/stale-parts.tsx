import { notifyManager, type Query, type QueryCache, useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { FaultPanel } from './fault-panel.tsx';
import { lastRead } from './reading.ts';

/** What the frame around all pages reads: who is there, and what the search finds. */
const FRAME: ReadonlySet<unknown> = new Set(['about', 'find']);

/** A next page that did not come is told where it was asked for. */
const isStale = ({ queryKey, state: { data, error, fetchMeta } }: Query): boolean =>
  error !== null &&
  lastRead({ data, error }) !== undefined &&
  fetchMeta?.fetchMore === undefined &&
  !FRAME.has(queryKey[0]);

const staleOnes = (cache: QueryCache): Query[] => cache.findAll({ type: 'active', predicate: isStale });

/** Says that parts of a page are as they were before, where the page itself could be read and they could not be read again. */
export function StaleParts() {
  const cache = useQueryClient().getQueryCache();
  const error = useSyncExternalStore(
    useCallback((changed) => cache.subscribe(notifyManager.batchCalls(changed)), [cache]),
    () => staleOnes(cache)[0]?.state.error ?? null,
  );
  if (error === null) return null;
  return (
    <FaultPanel
      title="A part of this page is how it was when the server last said so; it could not be read again."
      error={error}
      onRetry={() => {
        for (const query of staleOnes(cache)) void query.fetch().catch(() => undefined);
      }}
    />
  );
}
