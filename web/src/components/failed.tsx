import { FaultPanel } from './fault-panel.tsx';
import { Page } from './page.tsx';

/** In place of a page whose subject can't be had. */
export function Failed({ title, error, onRetry }: { title: string; error: unknown; onRetry: () => void }) {
  return (
    <Page title={title}>
      <FaultPanel error={error} onRetry={onRetry} />
    </Page>
  );
}
