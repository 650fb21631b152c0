import { notifyManager, type Query, type QueryCache, useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { FaultPanel } from './fault-panel.tsx';
import { lastRead } from './reading.ts';

const isStale = ({ state: { data, error } }: Query): boolean =>
  error !== null && lastRead({ data, error }) !== undefined;

const staleOnes = (cache: QueryCache): Query[] => cache.findAll({ type: 'active', predicate: isStale });

/** Says that parts of a page are as they were before, where the page itself could be read and they could not be read again. */
export function StaleParts() {
  const cache = useQueryClient().getQueryCache();
  const first = useSyncExternalStore(
    useCallback((changed) => cache.subscribe(notifyManager.batchCalls(changed)), [cache]),
    () => staleOnes(cache)[0],
  );
  if (first === undefined) return null;
  return (
    <FaultPanel
      title="A part of this page is how it was when the server last said so; it could not be read again."
      error={first.state.error}
      onRetry={() => {
        for (const query of staleOnes(cache)) void query.fetch().catch(() => undefined);
      }}
    />
  );
}
