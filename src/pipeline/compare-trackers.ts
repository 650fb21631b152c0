import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trackingEnvironment } from '../config/environment.ts';
import type { Dataset } from '../data/sample.ts';
import { runDir } from '../store/paths.ts';
import type { RunRecord } from '../store/run.ts';
import { mlflowClient } from '../tracking/access.ts';
import { TrackingConfig } from '../tracking/config.ts';
import { type Difference, differences } from '../tracking/exchange/differences.ts';
import { exchangeRun, mlflowServerSink } from '../tracking/exchange/mlflow-server.ts';
import { probeRun } from '../tracking/exchange/probe.ts';
import { type ExchangeRun, filesBelow, type Sink } from '../tracking/exchange/run.ts';
import { storeSource } from '../tracking/exchange/store.ts';
import { wandbSink, wandbSource } from '../tracking/exchange/wandb.ts';
import { type Cost, Measured } from '../tracking/measured.ts';
import { RUN_TAG } from '../tracking/mlflow/names.ts';
import { trackingDir, wandbDir } from '../tracking/open.ts';
import { SpooledTracker } from '../tracking/spooled.ts';
import { WandbOffline } from '../tracking/wandb/offline.ts';
import type { TrainConfig } from '../training/config.ts';
import { type TrainDeps, train } from '../training/train.ts';

export interface TrackerCost extends Cost {
  tracker: string;
  /** Over the wire. */
  requests: number;
  sentBytes: number;
  waitedMilliseconds: number;
  /** Files that it keeps on this machine: spool or run folder. */
  diskBytes: number;
  /** Of the trained runs, what it did not give back as the store has it. Null where it can't be asked. */
  differing: Difference[] | null;
}

export interface Lacking {
  tracker: string;
  /** What it can't hold of a run that has one of everything. */
  lacks: Difference[];
}

export interface TrackerComparison {
  runs: { run: string; settings: string[]; seconds: number; metric: string | null; value: number | null }[];
  /** Of the trainings, without what was waited for at their ends. */
  trainingSeconds: number;
  costs: TrackerCost[];
  lacking: Lacking[];
}

export interface CompareTargets {
  /** Address of an MLflow server. */
  mlflow: string;
  wandb: 'offline' | 'online' | null;
}

/** Trains each point of a grid once, tells the store, MLflow and W&B of it at once, and says what each cost and what it does not hold. */
export async function compareTrackers(
  points: readonly { settings: string[]; config: TrainConfig; dataset: Dataset }[],
  { mlflow, wandb }: CompareTargets,
  deps: TrainDeps,
): Promise<TrackerComparison> {
  const tracking = TrackingConfig.parse([
    { mlflow: { uri: mlflow } },
    // The same files to both.
    ...(wandb === null ? [] : [{ wandb: { mode: wandb, checkpoints: true } }]),
  ]);
  // What can't be read back is not worth the training.
  await mlflowClient(mlflow, 30_000, trackingEnvironment()).experiments().next();
  const measured: { run: string; tracker: Measured }[] = [];
  const runs: TrackerComparison['runs'] = [];
  for (const { settings, config, dataset } of points) {
    const ours: Measured[] = [];
    const onTracker = (tracker: Measured['inner']) => {
      const wrapped = new Measured(tracker);
      ours.push(wrapped);
      return wrapped;
    };
    deps.onLine?.(settings.length === 0 ? 'training' : settings.join('  '));
    const run: RunRecord = await train(dataset, { ...config, tracking }, { ...deps, onTracker });
    measured.push(...ours.map((tracker) => ({ run: run.id, tracker })));
    const { metric = null, value = null } = run.best ?? {};
    runs.push({ run: run.id, settings, seconds: run.seconds, metric, value });
  }
  const costs: TrackerCost[] = [];
  for (const name of new Set(measured.map(({ tracker }) => tracker.name))) {
    costs.push(
      await costOf(
        name,
        measured.filter(({ tracker }) => tracker.name === name),
        mlflow,
        deps,
      ),
    );
  }
  return {
    runs,
    trainingSeconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
    costs,
    lacking: await probe(mlflow, wandb !== null),
  };
}

async function costOf(
  name: string,
  measured: { run: string; tracker: Measured }[],
  mlflow: string,
  { store }: TrainDeps,
): Promise<TrackerCost> {
  const total: TrackerCost = {
    tracker: name,
    calls: 0,
    values: 0,
    files: 0,
    milliseconds: 0,
    closingMilliseconds: 0,
    unsent: 0,
    requests: 0,
    sentBytes: 0,
    waitedMilliseconds: 0,
    diskBytes: 0,
    differing: name === 'local' ? [] : null,
  };
  for (const { run, tracker } of measured) {
    for (const key of ['calls', 'values', 'files', 'milliseconds', 'closingMilliseconds', 'unsent'] as const) {
      total[key] += tracker.cost[key];
    }
    const { inner } = tracker;
    const folder = runDir(store.home, run);
    if (inner instanceof SpooledTracker) {
      const { requests, bytes, milliseconds } = inner.remote.traffic;
      total.requests += requests;
      total.sentBytes += bytes;
      total.waitedMilliseconds += milliseconds;
      total.diskBytes += await bytesBelow(trackingDir(folder));
    } else if (inner instanceof WandbOffline) {
      total.diskBytes += await bytesBelow(wandbDir(folder));
    }
    const back = await readBack(inner, run, folder, mlflow);
    if (back === null) continue;
    for await (const stored of storeSource(store, [run])) {
      total.differing = [...(total.differing ?? []), ...(await differences(stored, back))];
    }
  }
  return total;
}

/** The run as the tracker tells it; null where it can't be asked. */
async function readBack(
  tracker: Measured['inner'],
  run: string,
  folder: string,
  mlflow: string,
): Promise<ExchangeRun | null> {
  if (tracker instanceof WandbOffline) {
    for await (const back of wandbSource(wandbDir(folder))) return back;
    return null;
  }
  if (!(tracker instanceof SpooledTracker) || !tracker.name.startsWith('mlflow')) return null;
  const client = mlflowClient(mlflow, 30_000, trackingEnvironment());
  for await (const experiment of client.experiments()) {
    for await (const found of client.searchRuns([experiment.experiment_id], `tags.\`${RUN_TAG}\` = '${run}'`)) {
      return exchangeRun(client, found, experiment);
    }
  }
  return null;
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for await (const path of filesBelow(folder)) bytes += (await stat(join(folder, path))).size;
  return bytes;
}

/** A run with one of everything, written and read back. The server's copy is deleted again. */
async function probe(mlflow: string, wandb: boolean): Promise<Lacking[]> {
  const folder = await mkdtemp(join(tmpdir(), 'osler-probe-'));
  const run = probeRun(randomBytes(16).toString('hex'));
  const out: Lacking[] = [];
  const lacking = async (tracker: string, sink: Sink, back: (written: string) => AsyncIterable<ExchangeRun>) => {
    const { run: written } = await sink.write(run);
    for await (const found of back(written)) out.push({ tracker, lacks: await differences(run, found) });
  };
  try {
    const client = mlflowClient(mlflow, 30_000, trackingEnvironment());
    let written = '';
    await lacking(`mlflow ${mlflow}`, mlflowServerSink(client), async function* (id) {
      written = id;
      const experiment = await client.experimentByName(run.experiment);
      if (experiment !== null) yield exchangeRun(client, await client.getRun(id), experiment);
    });
    await client.deleteRun(written);
    if (wandb) {
      const place = join(folder, 'wandb');
      await lacking('wandb files', wandbSink(place), () => wandbSource(place));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return out;
}
