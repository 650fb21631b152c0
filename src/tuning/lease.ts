import { OslerError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Claim } from '../store/sweep.ts';

export interface Lease {
  /** Aborts when the lease is lost, and with `outer`. */
  signal: AbortSignal;
  /** Another worker may have the trial by now: nothing may be said of it any more. */
  readonly lost: boolean;
  /** To be called when a write said so. */
  lose(): void;
  end(): void;
}

/** Keeps a claim alive, four times in its length. A store that can't be reached for that long loses it too. */
export function keepLease(store: Store, claim: Claim, leaseMs: number, outer: AbortSignal): Lease {
  const own = new AbortController();
  let lost = false;
  const lose = (cause?: unknown): void => {
    lost = true;
    own.abort(
      new OslerError(
        'INTERRUPTED',
        `The lease on trial ${claim.trial.number} was lost; another worker goes on with it.`,
        {
          cause,
        },
      ),
    );
  };
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    try {
      if (!(await store.sweeps.renew(claim, leaseMs))) lose();
    } catch (cause) {
      lose(cause);
    }
    busy = false;
  }, leaseMs / 4);
  timer.unref();
  return {
    signal: AbortSignal.any([own.signal, outer]),
    get lost() {
      return lost;
    },
    lose,
    end: () => clearInterval(timer),
  };
}
