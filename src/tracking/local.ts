import { OslerError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { MAX_DIGEST } from './mlflow/names.ts';
import type { ArtifactFile, DatasetFacts, EndStatus, Leftover, MetricPoint, RunStart, Tracker } from './tracker.ts';

/** The store. Rejects when it fails: it is the record that all else follows. */
export class LocalTracker implements Tracker {
  readonly name = 'local';
  private readonly store: Store;
  private readonly run: string;

  /** The run is in the store already: whoever makes it knows more of it than a tracker is told. */
  constructor(store: Store, run: string) {
    this.store = store;
    this.run = run;
  }

  async startRun(_run: RunStart): Promise<void> {}

  async logParams(params: Readonly<Record<string, string>>): Promise<void> {
    await this.store.logs.write(this.run, { params: pairs(params) });
  }

  async logMetrics(points: readonly MetricPoint[]): Promise<void> {
    await this.store.metrics.append(
      this.run,
      points.map((point) => ({ ...point, epoch: point.epoch ?? 0 })),
    );
  }

  async logDataset({ name, digest, source, context, profile }: DatasetFacts): Promise<void> {
    const dataset = { name, digest: digest.slice(0, MAX_DIGEST), sourceType: 'osler', source, profile };
    await this.store.inputs.add(this.run, [{ dataset, tags: [{ key: 'mlflow.data.context', value: context }] }]);
  }

  /** The file lies in the run's folder, under its own name. */
  async logArtifact({ path, kind, grows = false }: ArtifactFile): Promise<void> {
    await this.store.artifacts.add(this.run, { path, kind, grows });
  }

  async setTags(tags: Readonly<Record<string, string>>): Promise<void> {
    await this.store.logs.write(this.run, { tags: pairs(tags) });
  }

  /** Its record says so. */
  async endRun(_status: EndStatus, _time: number): Promise<void> {}

  async close(): Promise<Leftover> {
    return { bytes: 0, reason: null };
  }
}

function pairs(map: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(map).map(([key, value]) => ({ key, value }));
}

/** Where runs of this experiment stand in the store; "Default" where a person has deleted it. */
export async function experimentId(store: Store, name: string): Promise<number> {
  try {
    return (await store.experiments.ensure(name)).id;
  } catch (error) {
    if (error instanceof OslerError && error.code === 'ALREADY_EXISTS') return 0;
    throw error;
  }
}
