import { OslerError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';

/** Between looks. */
const LOOK_MS = 2_000;

export interface Heeding {
  /** Aborted when somebody asked, with INTERRUPTED that says so; also by the signal that was given. */
  signal: AbortSignal;
  close(): Promise<void>;
}

/**
 * Looks whether somebody, perhaps on another machine, asks a run or a training to stop, or did so while it started. A store that is away for
 * a while is asked again.
 */
export function heedStops(store: Store, id: string, given?: AbortSignal, everyMs = LOOK_MS): Heeding {
  const stop = new AbortController();
  let looking: Promise<void> = Promise.resolve();
  const look = async () => {
    // Asked again while it stops: also that is heard, or `settleTrainings` would take it for gone.
    if (!(await store.stops.isAsked(id))) return;
    await store.stops.clear(id);
    stop.abort(new OslerError('INTERRUPTED', 'The training was stopped.'));
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    looking = look()
      .catch(() => undefined)
      .finally(() => {
        busy = false;
      });
  }, everyMs);
  timer.unref();
  return {
    signal: given === undefined ? stop.signal : AbortSignal.any([given, stop.signal]),
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}
