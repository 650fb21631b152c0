import type { ReactNode } from 'react';
import { FaultPanel } from './fault-panel.tsx';
import { Page, PageLoading } from './page.tsx';
import type { Reading } from './reading.ts';

/** In place of a page whose subject is on its way, or can't be had. */
export function Absent({ title, above, query }: { title: string; above?: ReactNode; query: Reading }) {
  const error = query.error ?? query.failureReason ?? null;
  if (error === null) return <PageLoading title={title} />;
  return (
    <Page title={title} above={above} bare>
      <FaultPanel error={error} onRetry={() => void query.refetch()} />
    </Page>
  );
}
