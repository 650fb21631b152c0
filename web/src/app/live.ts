import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

/** What the server tells at /v1/events. `reset`: something was missed, so anything may have changed. */
export type Change =
  | { kind: 'run'; id: string; what: 'started' | 'progress' | 'ended' }
  | { kind: 'runs' }
  | { kind: 'deployment' | 'model' | 'dataset'; name: string }
  | { kind: 'job' | 'scoring'; id: string }
  | { kind: 'reset' };

/** The beginnings of the query keys that a change makes old. */
function keysOf(change: Change): unknown[][] {
  switch (change.kind) {
    case 'run':
      return change.what === 'progress'
        ? [['run', change.id], ['running']]
        : [['runs'], ['run', change.id], ['running'], ['home']];
    case 'runs':
      return [['runs'], ['home']];
    case 'deployment':
      return [['deployments'], ['deployment', change.name], ['home']];
    case 'model':
      return [['models'], ['model', change.name], ['home']];
    case 'dataset':
      return [['datasets'], ['dataset', change.name], ['home']];
    case 'job':
      return [['home']];
    case 'scoring':
      return [['jobs'], ['job', change.id]];
    case 'reset':
      return [[]];
  }
}

/** Many changes at once are one refresh. */
const GATHER_MS = 400;
/** A page that nobody looks at needs no stream: a browser keeps few connections to a server. */
const HIDDEN_MS = 30_000;

export type Stream = 'open' | 'waiting' | 'off';

/** Keeps the one stream of changes open while the page is looked at, and refreshes what became old. */
export function useLive(enabled: boolean): Stream {
  const client = useQueryClient();
  const [state, setState] = useState<Stream>('off');
  useEffect(() => {
    if (!enabled) return;
    let source: EventSource | undefined;
    let wasOpen = false;
    let gathering: ReturnType<typeof setTimeout> | undefined;
    let hiding: ReturnType<typeof setTimeout> | undefined;
    const old = new Map<string, unknown[]>();
    const gather = (change: Change): void => {
      for (const key of keysOf(change)) old.set(JSON.stringify(key), key);
      gathering ??= setTimeout(() => {
        gathering = undefined;
        for (const queryKey of old.values()) void client.invalidateQueries({ queryKey });
        old.clear();
      }, GATHER_MS);
    };
    const open = (): void => {
      source?.close();
      source = new EventSource('/v1/events');
      source.onopen = () => {
        setState('open');
        // A stream that was let go of while nobody looked missed what happened.
        if (wasOpen && source !== undefined) gather({ kind: 'reset' });
        wasOpen = false;
      };
      source.onerror = () => {
        setState('waiting');
        // The browser tries again by itself, and tells what it saw last, unless the server refused.
        if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, 5_000);
      };
      source.onmessage = ({ data }: MessageEvent<string>) => gather(JSON.parse(data) as Change);
    };
    let retry: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      clearTimeout(hiding);
      if (document.visibilityState === 'hidden') {
        hiding = setTimeout(() => {
          source?.close();
          source = undefined;
          wasOpen = true;
          setState('off');
        }, HIDDEN_MS);
      } else if (source === undefined) open();
    };
    open();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      for (const timer of [gathering, hiding, retry]) clearTimeout(timer);
      source?.close();
      setState('off');
    };
  }, [client, enabled]);
  return state;
}
