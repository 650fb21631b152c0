import type { ArtifactFile, DatasetFacts, EndStatus, Leftover, MetricPoint, RunStart, Tracker } from './tracker.ts';

/** Tells each tracker the same, in the same order. */
export class Several implements Tracker {
  readonly name = 'several';
  readonly trackers: readonly Tracker[];

  constructor(trackers: readonly Tracker[]) {
    this.trackers = trackers;
  }

  startRun(run: RunStart): Promise<void> {
    return this.each((tracker) => tracker.startRun(run));
  }

  logParams(params: Readonly<Record<string, string>>): Promise<void> {
    return this.each((tracker) => tracker.logParams(params));
  }

  logMetrics(points: readonly MetricPoint[]): Promise<void> {
    return this.each((tracker) => tracker.logMetrics(points));
  }

  logDataset(dataset: DatasetFacts): Promise<void> {
    return this.each((tracker) => tracker.logDataset(dataset));
  }

  logArtifact(artifact: ArtifactFile): Promise<void> {
    return this.each((tracker) => tracker.logArtifact(artifact));
  }

  setTags(tags: Readonly<Record<string, string>>): Promise<void> {
    return this.each((tracker) => tracker.setTags(tags));
  }

  endRun(status: EndStatus, time: number): Promise<void> {
    return this.each((tracker) => tracker.endRun(status, time));
  }

  /** All at once; the sum, and the first reason. */
  async close(): Promise<Leftover> {
    const left = await Promise.all(this.trackers.map((tracker) => tracker.close()));
    return {
      bytes: left.reduce((sum, { bytes }) => sum + bytes, 0),
      reason: left.find(({ reason }) => reason !== null)?.reason ?? null,
    };
  }

  private async each(tell: (tracker: Tracker) => Promise<void>): Promise<void> {
    await Promise.all(this.trackers.map(tell));
  }
}
