import type { ArtifactFile, DatasetFacts, EndStatus, Leftover, MetricPoint, RunStart, Tracker } from './tracker.ts';

/** What a tracker cost those who told it things. */
export interface Cost {
  calls: number;
  values: number;
  files: number;
  /** Until it had been told: what a training waits for. */
  milliseconds: number;
  /** At the end, until all was sent or given up. */
  closingMilliseconds: number;
  /** Bytes that did not reach the other side. */
  unsent: number;
}

/** Passes everything on and takes the time. */
export class Measured implements Tracker {
  readonly name: string;
  readonly inner: Tracker;
  readonly cost: Cost = { calls: 0, values: 0, files: 0, milliseconds: 0, closingMilliseconds: 0, unsent: 0 };

  constructor(inner: Tracker) {
    this.inner = inner;
    this.name = inner.name;
  }

  startRun(run: RunStart): Promise<void> {
    return this.time(() => this.inner.startRun(run));
  }

  logParams(params: Readonly<Record<string, string>>): Promise<void> {
    return this.time(() => this.inner.logParams(params));
  }

  logMetrics(points: readonly MetricPoint[]): Promise<void> {
    this.cost.values += points.length;
    return this.time(() => this.inner.logMetrics(points));
  }

  logDataset(dataset: DatasetFacts): Promise<void> {
    return this.time(() => this.inner.logDataset(dataset));
  }

  logArtifact(artifact: ArtifactFile): Promise<void> {
    this.cost.files += 1;
    return this.time(() => this.inner.logArtifact(artifact));
  }

  setTags(tags: Readonly<Record<string, string>>): Promise<void> {
    return this.time(() => this.inner.setTags(tags));
  }

  endRun(status: EndStatus, time: number): Promise<void> {
    return this.time(() => this.inner.endRun(status, time));
  }

  async close(): Promise<Leftover> {
    const before = performance.now();
    const left = await this.inner.close();
    this.cost.closingMilliseconds += performance.now() - before;
    this.cost.unsent += left.bytes;
    return left;
  }

  private async time(work: () => Promise<void>): Promise<void> {
    const before = performance.now();
    this.cost.calls += 1;
    try {
      await work();
    } finally {
      this.cost.milliseconds += performance.now() - before;
    }
  }
}
