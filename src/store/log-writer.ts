import { OslerError } from '../errors.ts';
import type { LogBatch, Pair } from './log-batch.ts';

/** Writes one batch of a run in one transaction, on one engine. */
export interface LogWriter {
  /** Throws NOT_FOUND, or USAGE for a deleted run or a parameter that stands there with another value; then nothing is written. */
  write(runId: string, batch: Required<LogBatch>): Promise<void>;
  close(): Promise<void>;
}

export function missingRun(id: string): OslerError {
  return new OslerError('NOT_FOUND', `Run with id=${id} not found`);
}

/** Of equal keys the last. */
export function lastOfEach(pairs: readonly Pair[]): Pair[] {
  return pairs.length < 2 ? [...pairs] : [...new Map(pairs.map((pair) => [pair.key, pair])).values()];
}

/** Series numbers of the runs that were written last: reading them again costs more than a batch. */
export class SeriesCache {
  private readonly runs = new Map<string, Map<string, number>>();
  private readonly most = 200;

  get(runId: string): Map<string, number> | undefined {
    const known = this.runs.get(runId);
    if (known !== undefined) {
      this.runs.delete(runId);
      this.runs.set(runId, known);
    }
    return known;
  }

  /** Only what has been committed. */
  set(runId: string, series: Map<string, number>): void {
    this.runs.delete(runId);
    this.runs.set(runId, series);
    if (this.runs.size > this.most) this.runs.delete(this.runs.keys().next().value!);
  }

  forget(runId: string): void {
    this.runs.delete(runId);
  }
}
