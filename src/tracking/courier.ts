import { setTimeout as sleep } from 'node:timers/promises';
import { RemoteError } from './http.ts';
import type { Remote, RemoteState } from './remote.ts';
import type { Spool } from './spool.ts';

export interface CourierOptions {
  /** Bytes of events at a time. */
  batchBytes?: number;
  /** First pause after a failure, and the longest. */
  pauseMs?: number;
  longestPauseMs?: number;
  onTrouble?: (reason: string) => void;
}

const BATCH_BYTES = 256 * 1024;

/** Carries a spool's events to its remote, in order, and tries again for as long as it lives. */
export class Courier {
  private readonly spool: Spool;
  private readonly remote: Remote;
  private readonly options: CourierOptions;
  private readonly stop = new AbortController();
  private working: Promise<void> | undefined;
  private failures = 0;
  /** Nothing more will be tried: a person has to mend something. */
  private given: string | null = null;

  constructor(spool: Spool, remote: Remote, options: CourierOptions = {}) {
    this.spool = spool;
    this.remote = remote;
    this.options = options;
  }

  /** Why the last attempt failed; null while all goes well. */
  get trouble(): string | null {
    return this.given ?? (this.failures > 0 ? this.spool.problem : null);
  }

  /** There is something to carry. Returns at once. */
  wake(): void {
    if (this.given !== null || this.stop.signal.aborted) return;
    this.working ??= this.work().finally(() => {
      this.working = undefined;
      // Said while the last batch was on its way.
      if (this.spool.unsent > 0) this.wake();
    });
  }

  /**
   * Waits until all has arrived: no longer than `patienceMs`, no longer than `silenceMs` for a server that says nothing, and not past
   * a failure. Then lets go.
   */
  async drain(patienceMs: number, silenceMs: number): Promise<void> {
    const deadline = performance.now() + patienceMs;
    const attempted = this.failures;
    let { answers } = this.remote.traffic;
    let heard = performance.now();
    while (this.spool.unsent > 0 && this.given === null) {
      const now = performance.now();
      if (this.remote.traffic.answers > answers) [answers, heard] = [this.remote.traffic.answers, now];
      if (now > deadline || now - heard > silenceMs) break;
      this.wake();
      // What failed before may go now: one more attempt, but no more than one.
      if (this.failures > Math.max(attempted, 1)) break;
      await Promise.race([this.working, sleep(20)]);
    }
    this.stop.abort();
    await this.working;
  }

  private async work(): Promise<void> {
    const { signal } = this.stop;
    while (this.spool.unsent > 0 && !signal.aborted) {
      try {
        await this.carry();
        this.failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        const known =
          error instanceof RemoteError ? error : new RemoteError('passing', String(error), { cause: error });
        this.failures += 1;
        if (this.failures === 1) this.options.onTrouble?.(known.message);
        this.note(known.message);
        if (known.failure === 'denied') {
          this.given = known.message;
          return;
        }
        const { pauseMs = 1_000, longestPauseMs = 60_000 } = this.options;
        const pause = Math.min(pauseMs * 2 ** Math.min(this.failures - 1, 16), longestPauseMs);
        await sleep(Math.max(known.wait ?? 0, pause * (0.5 + Math.random() / 2)), undefined, {
          signal,
          ref: false,
        }).catch(() => undefined);
      }
    }
  }

  private async carry(): Promise<void> {
    const { events, end } = this.spool.next(this.options.batchBytes ?? BATCH_BYTES);
    const state = structuredClone(this.spool.remote) as RemoteState;
    await this.remote.deliver(events, {
      state,
      save: () => this.spool.remember(state),
      refuse: (what, why) => this.spool.refuse(what, why),
      signal: this.stop.signal,
    });
    this.spool.acknowledge(end, state);
  }

  /** The disk may be what is wrong. */
  private note(problem: string): void {
    try {
      this.spool.fail(problem);
    } catch {
      // It is told with what stays unsent.
    }
  }
}
