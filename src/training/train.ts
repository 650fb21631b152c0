import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { stringify } from 'yaml';
import { admit } from '../audit/guard.ts';
import { openDataset } from '../data/dataset.ts';
import type { Acceptance, Dataset, DatasetRecord } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { modelSpec } from '../models/index.ts';
import { publishedWeights } from '../models/spec.ts';
import type { OnProgress } from '../progress.ts';
import { writeFileAtomic } from '../store/files.ts';
import { runConfigFile, runDir, runLogFile } from '../store/paths.ts';
import type { RunRecord } from '../store/run.ts';
import type { Store } from '../store/store.ts';
import type { Tracker } from '../tracking/tracker.ts';
import { heedStops } from './background/heed.ts';
import { codeDifference, codeVersion } from './code-version.ts';
import { effectiveConfig, sizeOf, TrainConfig } from './config.ts';
import { runInChild } from './launch.ts';
import { lockRun } from './lock.ts';
import { type EpochRecord, metricRows, parseLog } from './log.ts';
import { ENGINE_FACTS, type Ready, type TrainResult } from './messages.ts';
import { placement, RunTracking, reserve } from './run-tracking.ts';

export interface TrainDeps {
  store: Store;
  /** Osler's own version. */
  version: string;
  /** Name for a run whose recipe gives none. */
  name?: string;
  /** Of a run that is one of several. */
  group?: RunRecord['group'];
  /** Trains on a version that leaks, for this reason; else only one whose leaks were accepted is trained on. */
  acceptLeaks?: Acceptance;
  onProgress?: OnProgress;
  /** A line for people: an epoch's result, a remark. */
  onLine?: (text: string) => void;
  onWarning?: (text: string) => void;
  /** Of the run: 32 hex digits; else a fresh one. */
  id?: string;
  /** After each epoch: false ends the training there, as if it had been stopped. */
  onEpoch?: (record: EpochRecord) => Promise<boolean>;
  /** Stands between the training and each of its trackers. */
  onTracker?: (tracker: Tracker) => Tracker;
  /** As soon as the run is recorded. */
  onStart?: (run: RunRecord) => void;
  /** Aborting stops at the next step, with a checkpoint; the run can go on from it. */
  signal?: AbortSignal;
}

/**
 * Trains a network as the recipe says and records the run. Returns the record of a finished run.
 * Throws LEAKY_SPLIT where the split leaks and nobody accepted it, INTERRUPTED when it was stopped (the run can be resumed), and what
 * the training process throws.
 */
export async function train(dataset: Dataset, config: TrainConfig, deps: TrainDeps): Promise<RunRecord> {
  const { store } = deps;
  const effective = effectiveConfig(config);
  checkRecipe(dataset.record, effective);
  const leaks = await admit(dataset, deps.acceptLeaks);
  const title = effective.name ?? deps.name ?? effective.model.name;
  const createdAt = new Date().toISOString();
  const candidate = deps.id ?? randomBytes(16).toString('hex');
  const reserved =
    deps.id === undefined ? await reserve(effective, dataset.record, { candidate, name: title, createdAt }) : null;
  const id = reserved?.id ?? candidate;
  const folder = runDir(store.home, id);
  mkdirSync(folder, { recursive: true });
  const code = await codeVersion(deps.version);
  const free = await lockRun(folder);
  let record: RunRecord | undefined;
  try {
    await writeFileAtomic(runConfigFile(store.home, id), stringify(effective));
    const tracking = new RunTracking(id, effective, deps, reserved);
    return await follow(effective, id, reference(dataset.record), null, deps, tracking, async (ready) => {
      record = await store.runs.create(
        freshRecord({
          id,
          name: title,
          createdAt,
          code,
          config: effective,
          dataset: dataset.record,
          leaks,
          ready,
          group: deps.group ?? null,
        }),
        await placement(store, effective, dataset.record),
      );
      await tracking.start(record, dataset.record.splits);
      deps.onStart?.(record);
    });
  } catch (error) {
    // What failed before its first step leaves nothing behind.
    if (record === undefined) {
      await rm(folder, { recursive: true, force: true });
      await reserved?.cancel();
    }
    throw error;
  } finally {
    free();
  }
}

/** Goes on with a run that was interrupted, from its last checkpoint, to the result it would have had. */
export async function resume(run: RunRecord, deps: TrainDeps): Promise<RunRecord> {
  const { store } = deps;
  const folder = runDir(store.home, run.id);
  const free = await lockRun(folder);
  try {
    if (run.status === 'finished') return run;
    const config = TrainConfig.parse(run.config);
    const changes = codeDifference(run.code, await codeVersion(deps.version));
    if (changes !== null) deps.onWarning?.(`The result may differ from an undisturbed run: ${changes}.`);
    // Rows that had not reached the store when the process ended.
    const log = readLog(runLogFile(store.home, run.id));
    const tracking = new RunTracking(run.id, config, deps);
    // Who asked that it stops meant the process of before.
    await store.stops.clear(run.id);
    await store.runs.update(run.id, { status: 'running', endedAt: null, failure: null });
    const { name, version } = run.dataset;
    return await follow(config, run.id, `${name}@${version}`, run, deps, tracking, async (ready) => {
      await tracking.start(run, (await openDataset(store.home, `${name}@${version}`)).record.splits);
      await tracking.rows(log.flatMap(metricRows));
      const changed = ENGINE_FACTS.filter((key) => ready.engine[key] !== run.engine[key]);
      for (const key of changed) {
        deps.onWarning?.(
          `engine ${key} was ${run.engine[key]}, now ${ready.engine[key]}: the result will differ in its last bits.`,
        );
      }
      deps.onStart?.(run);
    });
  } finally {
    free();
  }
}

/** Runs the training process and keeps the store in step with it. */
async function follow(
  config: TrainConfig,
  id: string,
  dataset: string,
  recorded: RunRecord | null,
  deps: TrainDeps,
  tracking: RunTracking,
  onReady: (ready: Ready) => Promise<void>,
): Promise<RunRecord> {
  const { store } = deps;
  let ready = false;
  const update = (patch: Partial<RunRecord>) => store.runs.update(id, { ...patch, endedAt: new Date().toISOString() });
  const heeding = heedStops(store, id, deps.signal);
  let result: TrainResult;
  try {
    result = await runInChild(
      {
        kind: 'train',
        home: store.home,
        run: id,
        folder: runDir(store.home, id),
        title: `${config.name ?? deps.name ?? config.model.name} ${id.slice(0, 8)}`,
        config,
        dataset,
        threads: recorded?.engine.threads ?? null,
        preprocess: recorded?.preprocess ?? null,
        asks: deps.onEpoch !== undefined,
      },
      {
        onProgress: deps.onProgress,
        onLine: deps.onLine,
        onWarning: deps.onWarning,
        onReady: async (facts) => {
          await onReady(facts);
          ready = true;
        },
        onRows: (rows) => tracking.rows(rows),
        onEpoch: deps.onEpoch,
        signal: heeding.signal,
      },
    );
  } catch (error) {
    const status = error instanceof OslerError && error.code === 'INTERRUPTED' ? 'interrupted' : 'failed';
    const failure = status === 'failed' ? inWords(error) : null;
    const { endedAt } = ready || recorded !== null ? await update({ status, failure }) : { endedAt: null };
    // What failed is what is told, not that it could not be written down everywhere.
    await tracking.finish(status, endedAt).catch(() => tracking.close());
    throw error;
  } finally {
    await heeding.close();
  }
  const { outcome, best, seconds, imagesPerSecond } = result;
  const record = await update({ status: outcome, best, seconds, imagesPerSecond });
  await tracking.finish(outcome, record.endedAt);
  if (outcome === 'interrupted') {
    throw new OslerError(
      'INTERRUPTED',
      `Training stopped after ${result.epochs} epoch${result.epochs === 1 ? '' : 's'}; the run is kept.`,
      {
        hint: `Go on with: osler train --resume ${id}`,
      },
    );
  }
  if (result.stopped !== null) deps.onLine?.(`stopped early: ${result.stopped}`);
  return record;
}

function inWords(error: unknown): string {
  const { message, hint } = error as Partial<OslerError>;
  return [message ?? String(error), hint].filter((part) => part !== undefined).join(' ');
}

/** What can be said before a process is started. Throws CONFIG_INVALID or NOT_FOUND. */
export function checkRecipe(dataset: DatasetRecord, config: TrainConfig): void {
  const spec = modelSpec(config.model.name);
  const { minSize, name } = spec;
  if (config.model.pretrained !== null) publishedWeights(spec, config.model.pretrained);
  const { height, width } = sizeOf(config.data);
  const least = Math.min(height, width);
  if (least < minSize) {
    throw new OslerError(
      'CONFIG_INVALID',
      `${name} needs images of at least ${minSize} pixels; data.size is ${least}.`,
    );
  }
  for (const label of config.evaluation.positive ?? []) {
    if (dataset.classes.includes(label)) continue;
    throw new OslerError(
      'CONFIG_INVALID',
      `evaluation.positive names '${label}', which is not a class of ${dataset.name}.`,
      {
        hint: `Its classes are ${dataset.classes.join(', ')}.`,
      },
    );
  }
}

function freshRecord(of: {
  id: string;
  name: string;
  createdAt: string;
  code: RunRecord['code'];
  config: TrainConfig;
  dataset: DatasetRecord;
  leaks: RunRecord['leaks'];
  ready: Ready;
  group: RunRecord['group'];
}): RunRecord {
  const { config, dataset, ready } = of;
  const { preprocess } = ready;
  return {
    id: of.id,
    name: of.name,
    status: 'running',
    createdAt: of.createdAt,
    endedAt: null,
    config: config as unknown as RunRecord['config'],
    dataset: { name: dataset.name, version: dataset.version, digest: dataset.digest },
    seed: config.seed,
    code: of.code,
    engine: ready.engine,
    model: {
      name: config.model.name,
      classes: dataset.classes.length,
      channels: preprocess.channels,
      inputSize: [preprocess.height, preprocess.width],
    },
    labels: dataset.classes,
    preprocess,
    positive: config.evaluation.positive,
    best: null,
    seconds: 0,
    imagesPerSecond: 0,
    failure: null,
    stamps: dataset.stamps,
    leaks: of.leaks,
    group: of.group,
  };
}

function reference(record: DatasetRecord): string {
  return `${record.name}@${record.version}`;
}

function readLog(path: string) {
  try {
    return parseLog(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
