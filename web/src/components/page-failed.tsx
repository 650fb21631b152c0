import { useEffect } from 'react';
import { offline } from '../api/fault.ts';
import { FaultPanel } from './fault-panel.tsx';

/** What browsers and the bundler say where the code of a page could not be fetched. */
const NOT_FETCHED =
  /preload CSS|dynamically imported module|Importing a module script failed|Loading (CSS )?chunk|error loading/i;
const EVERY_MS = 2_000;
/** A page that fails again right after it was read anew is left alone. */
const AGAIN_AFTER_MS = 30_000;
const LAST = 'osler.read-anew';

/** A page that could not be drawn. Where its code could not be fetched it is read anew as soon as the server answers. */
export function PageFailed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const notFetched = error instanceof Error && NOT_FETCHED.test(error.message);
  useEffect(() => {
    if (!notFetched) return;
    const timer = setInterval(() => {
      if (Date.now() - Number(sessionStorage.getItem(LAST) ?? 0) < AGAIN_AFTER_MS) return;
      fetch('/health/live').then(
        ({ ok }) => ok && readAnew(),
        // Not yet.
        () => undefined,
      );
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [notFetched]);
  return notFetched ? (
    <FaultPanel error={offline(error)} onRetry={readAnew} />
  ) : (
    <FaultPanel error={error} title="This page failed." onRetry={onRetry} />
  );
}

function readAnew(): void {
  sessionStorage.setItem(LAST, String(Date.now()));
  window.location.reload();
}
