import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { calibrationOf } from '../../bundle/calibration.ts';
import type { BundleManifest } from '../../bundle/manifest.ts';
import { type Bundle, findBundle, openBundle } from '../../bundle/open.ts';
import { processEnvironment } from '../../config/environment.ts';
import { openDataset } from '../../data/dataset.ts';
import type { PreprocessSpec } from '../../data/preprocess-spec.ts';
import type { Dataset, Split } from '../../data/sample.ts';
import { OslerError } from '../../errors.ts';
import type { ClassDecision } from '../../evaluation/decisions/spec.ts';
import type { Subject } from '../../evaluation/evaluation.ts';
import type { EvaluateOptions } from '../../evaluation/options.ts';
import type { Predictions } from '../../evaluation/predictions.ts';
import type { Views } from '../../evaluation/views.ts';
import { isModelUri } from '../../registry/names.ts';
import { predictSamples } from '../../serving/predict-samples.ts';
import { createPredictor, type Predictor } from '../../serving/predictor.ts';
import { findGroup } from '../../store/groups.ts';
import { runDir } from '../../store/paths.ts';
import type { RunRecord } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';
import { decisionOf, TrainConfig, viewsFault, viewsOf } from '../../training/config.ts';
import { inferSplit } from '../../training/infer.ts';
import { openNamedBundle } from '../find-bundle.ts';
import { bundleSubject, openIfPresent, runSubject } from '../subject.ts';
import { predictorOfRun, traceRun } from '../trace-run.ts';
import type { Workplace } from '../workplace.ts';
import type { FolderDataset } from './folder.ts';
import { type Measured, tellEvaluation } from './tell.ts';

/** Decisions that need no validation samples any more. */
export type Brought = Pick<
  EvaluateOptions,
  'temperature' | 'calibration' | 'operatingPoint' | 'classRule' | 'conformal' | 'outOfDistribution'
>;

/** A run or a bundle, as `evaluate` needs it. */
export interface Evaluated extends AsyncDisposable {
  subject: Subject;
  /** The one that it was trained on; null where it is not here. */
  dataset: Dataset | null;
  /** Index = class index. */
  labels: string[];
  /** As the recipe names them. */
  positive: string[] | null;
  /** As the recipe names it, or as a bundle has it. */
  decision: ClassDecision;
  /** What a bundle has decided already; null for a run. */
  brings: Brought | null;
  /** Folder in which reports get a folder of their own. */
  reports: string;
  predictSplit(split: Split): Promise<Predictions>;
  /** Of a dataset that is not its own; its `test` split unless another is named. */
  predictFolder(data: FolderDataset, split?: Split): Promise<Predictions>;
  /** Its network in ONNX Runtime, which is closed with the subject. */
  predictor(): Promise<Predictor>;
  /** The network as an ONNX graph, and how images are prepared for it. */
  graph(): Promise<{ model: Uint8Array; spec: PreprocessSpec }>;
  /** Remembers the report's files, and what was measured, where there is something to remember them with. */
  record(paths: string[], measured?: Measured): Promise<void>;
}

/** In which views a run is asked that follows an evaluation of it. @param reports folder in which its reports get a folder of their own */
export type FollowedViews = (run: RunRecord, reports: string) => Promise<Views>;

/**
 * A path to a folder with a bundle.json is a bundle; else a run of that name or id; else a bundle of that name.
 * @param views in which each image is looked at, or what a run is to follow; default: as the recipe says. A bundle's graph looks as it
 * was made to.
 * Throws NOT_FOUND when there is none of them, USAGE for an empty name or views that it can't have, BUNDLE_INVALID for a folder that is
 * no bundle.
 */
export async function findEvaluated(
  ref: string,
  store: Store,
  ctx: Workplace,
  views?: Views | FollowedViews,
): Promise<Evaluated> {
  const named = typeof views === 'function' ? undefined : views;
  const ofBundle = (bundle: Bundle) => evaluatedBundle(checkBundleViews(bundle, named), ctx);
  if (isModelUri(ref)) return ofBundle(await openNamedBundle(ref, ctx));
  if (ref.trim() === '') {
    throw new OslerError('USAGE', 'The name of the run or bundle is empty.', {
      hint: 'osler runs list shows the runs.',
    });
  }
  const path = resolve(ref);
  if (await exists(join(path, 'bundle.json'))) return ofBundle(await openBundle(path));
  try {
    return await evaluatedRun(await store.runs.get(ref), store, ctx, views);
  } catch (error) {
    if (!(error instanceof OslerError && error.code === 'NOT_FOUND')) throw error;
    const dir = await findBundle(ctx.home, ref).catch((inner: unknown) => {
      if (!(inner instanceof OslerError && inner.code === 'NOT_FOUND')) throw inner;
      if (ref === 'latest') throw error;
      return null;
    });
    if (dir === null) throw await notThere(ref, ctx.home);
    return ofBundle(await openBundle(dir));
  }
}

async function notThere(ref: string, home: string): Promise<OslerError> {
  const group = await findGroup(home, ref);
  if (group === null)
    return new OslerError('NOT_FOUND', `There is no run and no bundle "${ref}".`, {
      hint: 'List the runs: osler runs list',
    });
  const runs = group.members.flatMap(({ run }) => (run === null ? [] : [run.slice(0, 12)]));
  return new OslerError('USAGE', `"${ref}" is a group of runs; here one run or bundle is meant.`, {
    hint: `Name one of its runs: ${runs.join(', ')}`,
  });
}

async function evaluatedRun(
  run: RunRecord,
  store: Store,
  { home, out, signal }: Workplace,
  asked: Views | FollowedViews | undefined,
): Promise<Evaluated> {
  const reports = join(runDir(home, run.id), 'evaluation');
  const views = typeof asked === 'function' ? await asked(run, reports) : (asked ?? viewsOf(run));
  if (views === asked) checkViews(run, views);
  const dataset = await openIfPresent(home, run.dataset, run);
  const options = { onProgress: out.progress, signal, views };
  let traced: Predictor | undefined;
  return {
    subject: runSubject(run, dataset, views),
    dataset,
    labels: run.labels,
    positive: run.positive,
    decision: decisionOf(run),
    brings: null,
    reports,
    predictSplit: async (split) =>
      inferSplit(home, run.id, dataset ?? (await reopen(home, run.dataset)), split, options),
    predictFolder: async (data, split = 'test') => {
      await data.adoptRun(run.id);
      return inferSplit(data.home, run.id, data.dataset, split, options);
    },
    predictor: async () => {
      traced ??= await predictorOfRun(home, run, processEnvironment().version, {
        threads: availableParallelism(),
        views,
      });
      return traced;
    },
    graph: async () => ({
      model: traceRun(home, run, processEnvironment().version, views).model,
      spec: run.preprocess,
    }),
    record: async (paths, measured) => {
      const files = paths
        .map((path) => relative(runDir(home, run.id), path).split(sep).join('/'))
        .filter((inside) => !inside.startsWith('..'));
      for (const path of files) await store.artifacts.add(run.id, { path, kind: 'evaluation' });
      if (measured !== undefined) await tellEvaluation(run, measured, files, store, { home, out, signal });
    },
    [Symbol.asyncDispose]: async () => traced?.close(),
  };
}

/** A bundle that was opened, and so checked. */
export async function evaluatedBundle(
  bundle: Bundle,
  { home, out, signal, threads = availableParallelism() }: Workplace,
): Promise<Evaluated> {
  const { manifest } = bundle;
  const dataset = await openIfPresent(home, manifest.dataset, manifest.run);
  const predictor = await createPredictor(bundle, { threads });
  const options = { onProgress: out.progress, signal };
  return {
    subject: await bundleSubject(home, bundle, dataset),
    dataset,
    labels: manifest.labels,
    positive: manifest.operatingPoint?.positive ?? null,
    decision: manifest.classRule === null ? 'likeliest' : 'balanced',
    brings: broughtBy(manifest),
    reports: join(home, 'evaluations', bundle.name),
    predictSplit: async (split) =>
      predictSamples(predictor, dataset ?? (await reopen(home, manifest.dataset)), split, options),
    predictFolder: (data, split = 'test') => predictSamples(predictor, data.dataset, split, options),
    predictor: async () => predictor,
    graph: async () => ({ model: await bundle.read('model.onnx'), spec: manifest.preprocess }),
    record: async () => undefined,
    [Symbol.asyncDispose]: () => predictor.close(),
  };
}

/** Throws USAGE for views of a network that has not learnt from the like. */
export function checkViews(run: Pick<RunRecord, 'name' | 'config'>, views: Views): void {
  const fault = viewsFault(views, TrainConfig.parse(run.config));
  if (fault === null) return;
  throw new OslerError('USAGE', `${run.name}: ${fault}.`, {
    hint: 'Train with both flips, or leave --views out.',
  });
}

function checkBundleViews(bundle: Bundle, asked: Views | undefined): Bundle {
  const { views = 'none', run } = bundle.manifest;
  if (asked === undefined || asked === views) return bundle;
  throw new OslerError('USAGE', `The bundle ${bundle.name} has views ${views} in its graph; they can't be changed.`, {
    hint: `Measure its run with them, and export it again: osler evaluate ${run.slice(0, 8)} --views ${asked}`,
  });
}

function broughtBy(manifest: BundleManifest): Brought {
  const { temperature, operatingPoint, classRule, conformal, outOfDistribution } = manifest;
  return {
    temperature,
    calibration: calibrationOf(manifest),
    ...(operatingPoint && { operatingPoint }),
    ...(classRule && { classRule }),
    ...(conformal && { conformal }),
    ...(outOfDistribution && { outOfDistribution }),
  };
}

function reopen(home: string, { name, version }: { name: string; version: number }): Promise<Dataset> {
  return openDataset(home, `${name}@${version}`);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
