import { join } from 'node:path';
import { openDataset } from '../../data/dataset.ts';
import { importDataset } from '../../data/import.ts';
import { generatePhantoms } from '../../data/phantom/generate.ts';
import type { OnProgress } from '../../progress.ts';
import { registerBundle } from '../../registry/register.ts';
import { bundleDir } from '../../store/paths.ts';
import type { VersionRow } from '../../store/registry/types.ts';
import type { Store } from '../../store/store.ts';
import { type TrainDeps, train } from '../../training/train.ts';
import { exportRun } from '../export-run.ts';
import { DEMO } from './begin.ts';
import type { DemoTask } from './task.ts';

export interface DemoDeps {
  store: Store;
  /** The run's user, and who registers the version. */
  who: string;
  deps: TrainDeps & { signal: AbortSignal; onProgress: OnProgress };
}

const STEPS = ['draw images', 'import them', 'train a network', 'measure it and pack it', 'register it'] as const;

/**
 * The main job on drawn skin lesions, by the very stages that the command line calls: images, dataset, training, checked bundle, registered
 * version. What is there already from an earlier one is used. Throws what the stages throw, INTERRUPTED when it is stopped.
 */
export async function runDemo({ count, config }: DemoTask, { store, who, deps }: DemoDeps): Promise<VersionRow> {
  const { home } = store;
  const { signal, version, onLine } = deps;
  const step = (n: number): { signal: AbortSignal; onProgress: OnProgress } => {
    signal.throwIfAborted();
    const task = `Step ${n} of ${STEPS.length}: ${STEPS[n - 1]}`;
    onLine?.(task);
    deps.onProgress({ task, done: 0 });
    return {
      signal,
      onProgress: ({ task: part, ...rest }) => deps.onProgress({ ...rest, task, note: rest.note ?? part }),
    };
  };
  const folder = join(home, 'demo', String(count));
  await generatePhantoms({ count, out: folder, ...step(1) });
  await importDataset(folder, { name: DEMO }, { home, ...step(2) });
  const dataset = await openDataset(home, config.dataset);
  const run = await train(dataset, config, { ...deps, ...step(3), name: DEMO });
  const out = bundleDir(home, `${DEMO}-${run.id.slice(0, 8)}`);
  const { bundle } = await exportRun(run, dataset, {
    home,
    out,
    version,
    ...step(4),
    onStep: (text) => onLine?.(text),
  });
  step(5);
  const actor = { who, via: 'the demo, begun on the page' };
  return registerBundle(store, actor, {
    name: DEMO,
    bundle,
    description: 'Trained on drawn images: not fit for clinical use.',
    why: 'the demo',
    run,
    trainer: who,
  });
}
