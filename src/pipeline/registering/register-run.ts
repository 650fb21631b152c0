import { readFile } from 'node:fs/promises';
import type { Bundle } from '../../bundle/open.ts';
import { openDataset } from '../../data/dataset.ts';
import { foldView } from '../../data/split/fold-view.ts';
import { OslerError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import { registerBundle } from '../../registry/register.ts';
import { bundleDir, runFile } from '../../store/paths.ts';
import type { Actor, VersionRow } from '../../store/registry/types.ts';
import { RunRecord } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';
import { foldOf } from '../../training/training-dataset.ts';
import { exportRun } from '../export-run.ts';

export interface RegisterDeps {
  /** Osler's own. */
  version: string;
  onStep(text: string): void;
  onWarning(text: string): void;
  onProgress: OnProgress;
  signal: AbortSignal;
}

export interface Registering {
  /** Of the registered model, which is made when there is none. */
  name: string;
  description?: string | undefined;
  reason?: string | undefined;
  /** The registered version that it was made from: `skin@3`. */
  parent?: string | undefined;
  tags?: Record<string, string>;
}

/** Exports a run's best checkpoint, as `osler export` does. Throws what exporting throws. */
export async function bundleOfRun(store: Store, run: RunRecord, deps: RegisterDeps): Promise<Bundle> {
  const { home } = store;
  const dataset = foldView(await openDataset(home, `${run.dataset.name}@${run.dataset.version}`), foldOf(run));
  if (run.status !== 'finished') {
    deps.onWarning(`The run is ${run.status}; its best checkpoint so far is registered.`);
  }
  const { version, onStep, onProgress, signal } = deps;
  const out = bundleDir(home, `run-${run.id}`);
  const { bundle } = await exportRun(run, dataset, { home, out, version, onStep, onProgress, signal });
  return bundle;
}

/** Registers a bundle with all that is known here of the run that it was made from. Throws what registering throws. */
export async function registerWithRun(
  store: Store,
  actor: Actor,
  bundle: Bundle,
  { name, description, reason, parent, tags }: Registering,
): Promise<VersionRow> {
  const record = await recordOf(store.home, bundle.manifest.run);
  const trainer = await trainerOf(store, bundle.manifest.run);
  return registerBundle(store, actor, {
    name,
    bundle,
    ...(tags === undefined ? {} : { tags }),
    ...(description === undefined ? {} : { description }),
    ...(reason === undefined ? {} : { why: reason }),
    ...(parent === undefined ? {} : { parent }),
    ...(record === null ? {} : { run: record }),
    ...(trainer === null ? {} : { trainer }),
  });
}

/** Null where the run is not here: a bundle travels without it. */
async function recordOf(home: string, run: string): Promise<RunRecord | null> {
  const text = await readFile(runFile(home, run), 'utf8').catch(() => null);
  return text === null ? null : (RunRecord.safeParse(JSON.parse(text)).data ?? null);
}

async function trainerOf(store: Store, run: string): Promise<string | null> {
  try {
    return (await store.tracked.get(run)).user || null;
  } catch (error) {
    if (error instanceof OslerError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
