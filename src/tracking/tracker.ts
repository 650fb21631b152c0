/** One value of one metric. */
export interface MetricPoint {
  key: string;
  /** NaN and the infinities are kept. */
  value: number;
  step: number;
  /** Milliseconds since 1970. */
  time: number;
  epoch?: number;
}

/** What a tracker is told of a run when it begins. */
export interface RunStart {
  /** 32 hex digits: the run's id everywhere. */
  id: string;
  name: string;
  /** Groups runs: MLflow's experiment, W&B's project where the recipe names none. */
  experiment: string;
  /** Milliseconds since 1970. */
  startTime: number;
  user: string;
  /** Of several runs of one recipe. */
  group: string | null;
}

export interface DatasetFacts {
  name: string;
  digest: string;
  /** `name@version`. */
  source: string;
  /** What it was used for: `training`. */
  context: string;
  /** JSON: class names, counts of samples. */
  profile: string;
}

export interface ArtifactFile {
  /** Where it lies now. */
  file: string;
  /** Its name in the run, with forward slashes: `checkpoints/best/model.safetensors`. */
  path: string;
  kind: string;
  /** More may be written to it later. */
  grows?: boolean;
}

export type EndStatus = 'finished' | 'failed' | 'interrupted';

/**
 * Where a run is written down. The local one rejects when the store fails, for it is the record; a remote one never rejects and never waits
 * for its server: what it is told goes to a file first (spool.ts).
 */
export interface Tracker {
  /** For messages: `mlflow http://host:5000`. */
  readonly name: string;
  /** Again for a run that goes on: known things are not said twice. */
  startRun(run: RunStart): Promise<void>;
  logParams(params: Readonly<Record<string, string>>): Promise<void>;
  logMetrics(points: readonly MetricPoint[]): Promise<void>;
  logDataset(dataset: DatasetFacts): Promise<void>;
  logArtifact(artifact: ArtifactFile): Promise<void>;
  setTags(tags: Readonly<Record<string, string>>): Promise<void>;
  endRun(status: EndStatus, time: number): Promise<void>;
  /** Sends what is left, within a bounded time. What stays unsent is on the disk; returns how much that is. */
  close(): Promise<Leftover>;
}

export interface Leftover {
  /** Bytes of events that have not reached the other side. */
  bytes: number;
  /** Why, in words; null when nothing is left. */
  reason: string | null;
}
