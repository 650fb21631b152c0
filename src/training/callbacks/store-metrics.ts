import { type LogLine, type MetricRow, metricRows } from '../log.ts';
import type { Callback, Fit } from './callback.ts';

/** Hands the metrics on in batches: one transaction of the store for many steps. */
export class StoreMetrics implements Callback {
  readonly name = 'metrics';
  private readonly send: (rows: MetricRow[]) => void;
  private readonly now: () => number;
  private rows: MetricRow[] = [];
  private sent: number;

  constructor(send: (rows: MetricRow[]) => void, now: () => number = () => performance.now()) {
    this.send = send;
    this.now = now;
    this.sent = now();
  }

  onStep(_fit: Fit, record: LogLine): void {
    this.rows.push(...metricRows(record));
    if (this.now() - this.sent >= 1000) this.flush();
  }

  onEpochEnd(_fit: Fit, record: LogLine): void {
    this.rows.push(...metricRows(record));
    this.flush();
  }

  flush(): void {
    if (this.rows.length > 0) this.send(this.rows);
    this.rows = [];
    this.sent = this.now();
  }
}
