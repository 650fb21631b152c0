import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { processEnvironment, trackingEnvironment } from '../config/environment.ts';
import type { DatasetRecord } from '../data/sample.ts';
import { writeFileAtomic } from '../store/files.ts';
import { runDir } from '../store/paths.ts';
import type { RunRecord } from '../store/run.ts';
import type { Store } from '../store/store.ts';
import { type Target, targetsOf } from '../tracking/config.ts';
import { experimentId, LocalTracker } from '../tracking/local.ts';
import { MAX_DIGEST } from '../tracking/mlflow/names.ts';
import { adopt, openTargets, type Reserved, reserveId } from '../tracking/open.ts';
import { Several } from '../tracking/several.ts';
import { SystemSampler } from '../tracking/system.ts';
import type { EndStatus, Tracker } from '../tracking/tracker.ts';
import { CheckpointStore } from './checkpoint.ts';
import { codeDiff } from './code-version.ts';
import type { TrainConfig } from './config.ts';
import { environmentFacts, runTags, trainingParams } from './facts.ts';
import type { MetricRow } from './log.ts';

const SYSTEM_MS = 10_000;

interface TrackingDeps {
  store: Store;
  onTracker?: (tracker: Tracker) => Tracker;
  onWarning?: (text: string) => void;
}

/** Asks for a run's id where a server gives one, so that it has one id everywhere. `candidate` is taken otherwise. */
export async function reserve(
  config: TrainConfig,
  dataset: DatasetRecord,
  of: { candidate: string; name: string; createdAt: string },
): Promise<Reserved | null> {
  const { candidate, name, createdAt } = of;
  const run = {
    candidate,
    name,
    startTime: Date.parse(createdAt),
    experiment: experimentOf(config, dataset.name),
    user: userName(),
  };
  return reserveId(targetsOf(config.tracking), run, trackingEnvironment());
}

/** Where a training's record belongs in the store. */
export async function placement(store: Store, config: TrainConfig, dataset: DatasetRecord) {
  return { experimentId: await experimentId(store, experimentOf(config, dataset.name)), user: userName() };
}

/** All that is written down of one training, in the store and wherever else its recipe says. */
export class RunTracking {
  private readonly store: Store;
  private readonly id: string;
  private readonly config: TrainConfig;
  private readonly onWarning: (text: string) => void;
  private readonly folder: string;
  private readonly remotes: Several;
  private readonly all: Several;
  private readonly sampler: SystemSampler;
  private timer: NodeJS.Timeout | undefined;
  private samples = 0;
  private sampling: Promise<void> = Promise.resolve();
  private started = false;
  private early: MetricRow[] = [];

  /** Opens the trackers. Throws USAGE when one needs a variable that is not set. */
  constructor(
    id: string,
    config: TrainConfig,
    { store, onTracker = (tracker) => tracker, onWarning }: TrackingDeps,
    reserved: Reserved | null = null,
  ) {
    this.store = store;
    this.id = id;
    this.config = config;
    this.onWarning = onWarning ?? (() => undefined);
    this.folder = runDir(store.home, id);
    const access = trackingEnvironment();
    if (reserved !== null) adopt(this.folder, reserved, access);
    const remotes = openTargets(this.folder, targetsOf(config.tracking), { access, onWarning: this.onWarning });
    this.remotes = new Several(remotes.map(onTracker));
    this.all = new Several([onTracker(new LocalTracker(store, id)), ...this.remotes.trackers]);
    this.sampler = new SystemSampler(store.home);
  }

  /** The run is in the store. Says what is known before the first step; again when it goes on. */
  async start(record: RunRecord, counts: unknown): Promise<void> {
    this.started = true;
    const { dataset } = record;
    await this.all.startRun({
      id: this.id,
      name: record.name,
      experiment: experimentOf(this.config, dataset.name),
      startTime: Date.parse(record.createdAt),
      user: userName(),
      group: record.group?.id ?? null,
    });
    await this.all.logParams(trainingParams(this.config));
    await this.all.setTags(runTags(record));
    await this.all.logDataset({
      name: dataset.name,
      // As much as MLflow takes, so that it is one digest everywhere; the whole one is in the tags.
      digest: dataset.digest.slice(0, MAX_DIGEST),
      source: `${dataset.name}@${dataset.version}`,
      context: 'training',
      profile: JSON.stringify(counts),
    });
    await writeFileAtomic(
      join(this.folder, 'environment.json'),
      `${JSON.stringify(environmentFacts(record), null, 2)}\n`,
    );
    await this.file('config.yaml', 'config');
    await this.file('environment.json', 'environment');
    const diff = await codeDiff();
    if (diff !== null) {
      await writeFileAtomic(join(this.folder, 'code.diff'), diff);
      await this.file('code.diff', 'code');
    }
    await this.watchMachine();
  }

  /** Rows that a run which goes on says before it is begun again wait for those of its log, and go in the order of steps. */
  async rows(rows: readonly MetricRow[]): Promise<void> {
    if (!this.started) {
      this.early.push(...rows);
      return;
    }
    const all = this.early.length === 0 ? rows : [...rows, ...this.early].sort((a, b) => a.step - b.step);
    this.early = [];
    await this.all.logMetrics(all);
  }

  /** The run has ended or was stopped: its files, its end, and what is still unsent within a bounded time. */
  async finish(status: EndStatus, endedAt: string | null): Promise<void> {
    await this.stopWatching();
    if (!this.started) return void (await this.remotes.close());
    for (const { path, kind, grows } of this.results()) await this.file(path, kind, grows);
    await this.all.endRun(status, endedAt === null ? Date.now() : Date.parse(endedAt));
    await this.close();
  }

  /** Of a run that failed before it was recorded, or whose store fails. */
  async close(): Promise<void> {
    await this.stopWatching();
    for (const tracker of this.remotes.trackers) {
      const { bytes, reason } = await tracker.close();
      if (bytes === 0) continue;
      this.onWarning(
        `${tracker.name}: ${Math.ceil(bytes / 1000)} kB are unsent (${reason}). They are kept; send them with: osler tracking sync ${this.id.slice(0, 12)}`,
      );
    }
  }

  private results(): { path: string; kind: string; grows?: boolean }[] {
    const checkpoints = new CheckpointStore(this.folder);
    const names = (['best', 'last'] as const).filter((name) => checkpoints.has(name));
    return [
      { path: 'curves.svg', kind: 'plot' },
      { path: 'log.jsonl', kind: 'log', grows: true },
      { path: 'validation.json', kind: 'confusion' },
      { path: 'confusion.svg', kind: 'plot' },
      ...names.map((name) => ({ path: `checkpoints/${name}/model.safetensors`, kind: 'checkpoint' })),
    ];
  }

  /** A file of the run's folder that is not there (the run was stopped too early for it) is left out. */
  private async file(path: string, kind: string, grows = false): Promise<void> {
    const file = join(this.folder, path);
    if (!existsSync(file)) return;
    await this.all.trackers[0]!.logArtifact({ file, path, kind, grows });
    const targets = targetsOf(this.config.tracking);
    for (const [i, tracker] of this.remotes.trackers.entries()) {
      if (kind === 'checkpoint' && !sendsCheckpoints(targets[i]!)) continue;
      await tracker.logArtifact({ file, path, kind });
    }
  }

  private async watchMachine(): Promise<void> {
    const latest = await this.store.logs.latest(this.id);
    const system = latest.filter(({ key }) => key.startsWith('system/'));
    this.samples = system.reduce((most, { step }) => Math.max(most, step + 1), 0);
    const sample = () => {
      this.sampling = this.sampling
        .then(() => this.sample())
        .catch((error: unknown) => {
          this.onWarning(`The machine's figures can't be written down: ${(error as Error).message}`);
          clearInterval(this.timer);
        });
    };
    this.timer = setInterval(sample, SYSTEM_MS);
    this.timer.unref();
  }

  private async sample(): Promise<void> {
    const figures = await this.sampler.sample();
    const step = this.samples++;
    const time = Date.now();
    await this.all.logMetrics(
      Object.entries(figures).map(([key, value]) => ({ key: `system/${key}`, value, step, time, epoch: 0 })),
    );
  }

  /** With a last sample, so that a short training has one as well. */
  private async stopWatching(): Promise<void> {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    this.timer = undefined;
    await this.sampling;
    await this.sample();
  }
}

function sendsCheckpoints(target: Target): boolean {
  return 'mlflow' in target ? target.mlflow.checkpoints : target.wandb.checkpoints;
}

function experimentOf(config: TrainConfig, dataset: string): string {
  return config.experiment ?? dataset;
}

/** As the registry knows people. */
function userName(): string {
  return processEnvironment().user;
}
