import { fileURLToPath } from 'node:url';
import { processEnvironment } from '../../config/environment.ts';
import { loadConfig } from '../../config/load.ts';
import { OslerError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import type { TrainingRecord } from '../../store/studio/trainings.ts';
import { refuseFarSettings } from '../../training/background/far-settings.ts';
import { launch } from '../../training/background/launch.ts';
import { settleTrainings } from '../../training/background/settle.ts';
import { TrainConfig } from '../../training/config.ts';
import type { DemoTask } from './task.ts';

const ENTRY = fileURLToPath(new URL('./process.ts', import.meta.url));

/** The dataset, the run and the registered model have this name. */
export const DEMO = 'demo';
/** As many as `osler demo` draws. */
const IMAGES = 1_600;

export interface DemoWish {
  /** Images to draw. */
  count?: number | undefined;
  /** Of the training, `key=value`. */
  settings?: readonly string[] | undefined;
}

/**
 * Begins the main job on drawn images in a process of its own: images, dataset, training, checked bundle, a registered version that waits for
 * a decision. Throws CONFIG_INVALID, ALREADY_EXISTS while one is under way.
 */
export async function beginDemo(
  store: Store,
  { count = IMAGES, settings = [] }: DemoWish,
  who: string,
): Promise<TrainingRecord> {
  const last = await lastDemo(store);
  if (last !== null && last.endedAt === null)
    throw new OslerError('ALREADY_EXISTS', 'The demo is under way.', { hint: 'Wait for its end, or stop it first.' });
  refuseFarSettings(settings);
  const overrides = [`dataset=${DEMO}`, ...settings];
  const { value: config } = loadConfig(TrainConfig, { recipe: DEMO, overrides, env: processEnvironment().overrides });
  const task: DemoTask = { kind: 'demo', count, config };
  return launch(store, ENTRY, { kind: 'demo', name: DEMO, task, run: null, who, claim: 'demo' });
}

/** The one that was begun last; null before the first. */
export async function lastDemo(store: Store): Promise<TrainingRecord | null> {
  const last = await newest(store);
  if (last === null || last.endedAt !== null) return last;
  // A process that was killed could not say so itself.
  await settleTrainings(store);
  return newest(store);
}

async function newest(store: Store): Promise<TrainingRecord | null> {
  return (await store.trainings.list({ limit: 1_000 })).find(({ kind }) => kind === 'demo') ?? null;
}
