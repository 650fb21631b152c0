import { setTimeout as sleep } from 'node:timers/promises';
import type { Artifacts } from './artifacts.ts';

const EVERY_MS = 30_000;

/**
 * Brings artifacts to the object store while something else goes on, which it never delays: an object store that is slow or away is
 * tried again later. Returns what to call at the end: it brings the rest, and says in a warning what could not be sent.
 */
export function pushInBackground(
  artifacts: Artifacts,
  {
    signal,
    onWarning,
    everyMs = EVERY_MS,
  }: { signal: AbortSignal; onWarning: (text: string) => void; everyMs?: number },
): () => Promise<void> {
  const end = new AbortController();
  const stopped = AbortSignal.any([signal, end.signal]);
  const loop = (async () => {
    while (!stopped.aborted) {
      await sleep(everyMs, undefined, { signal: stopped, ref: false }).catch(() => undefined);
      if (!stopped.aborted) await artifacts.push({ signal: stopped }).catch(() => undefined);
    }
  })();
  return async () => {
    end.abort();
    await loop;
    // Asked to end: what is left can be sent at any time.
    const problem = signal.aborted
      ? 'you asked to end'
      : await artifacts.push({ signal }).then(
          () => undefined,
          (error: Error) => error.message.replace(/\.$/, ''),
        );
    if (problem === undefined) return;
    const waiting = await artifacts.waiting();
    if (waiting > 0) onWarning(`${waiting} artifacts are on this disk only (${problem}): osler store push sends them.`);
  };
}
