import { isBusy } from './sqlite.ts';

/**
 * Milliseconds: so long after a run's first batch it is sorted in, with a pause between two runs, as long as the one took or this; at the end of the
 * process for so long in all.
 */
const AFTER = 1_000;
const PAUSE = 10;
const AT_END = 2_000;

/**
 * Has what wide batches left for later (arrivals.ts, settle.ts) done soon, run by run, so that who reads them need not wait or write.
 * Where that can't be it is no harm: who reads does it, or says why not.
 */
export class SortLater {
  /** Runs, and when their first batch came; the oldest first. */
  private readonly lying = new Map<string, number>();
  private readonly sortIn: (run: string) => void;
  private timer: NodeJS.Timeout | undefined;

  constructor(sortIn: (run: string) => void) {
    this.sortIn = sortIn;
  }

  /** A batch of this run lies beside its metrics. */
  note(run: string): void {
    if (!this.lying.has(run)) this.lying.set(run, performance.now());
    this.wait(AFTER);
  }

  /** Sorts in what there is time for, and does nothing any more. */
  end(): void {
    clearTimeout(this.timer);
    const deadline = performance.now() + AT_END;
    for (const run of this.lying.keys()) if (performance.now() > deadline || !this.try(run)) break;
    this.lying.clear();
  }

  private wait(ms: number): void {
    this.timer ??= setTimeout(() => this.next(), ms).unref();
  }

  private next(): void {
    this.timer = undefined;
    const [[run, since] = []] = this.lying;
    if (run === undefined || since === undefined) return;
    const begun = performance.now();
    const early = since + AFTER - begun;
    if (early > 0) this.wait(early);
    else this.wait(this.try(run) ? Math.max(PAUSE, performance.now() - begun) : AFTER);
  }

  /** False where others write: then later. What fails otherwise is left to who reads the run. */
  private try(run: string): boolean {
    try {
      this.sortIn(run);
    } catch (error) {
      if (isBusy(error)) return false;
    }
    return this.lying.delete(run);
  }
}
