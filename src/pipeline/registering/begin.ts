import { fileURLToPath } from 'node:url';
import { OslerError } from '../../errors.ts';
import { checkModelName, findVersion, parseVersionRef } from '../../registry/names.ts';
import type { Actor } from '../../store/registry/types.ts';
import type { Store } from '../../store/store.ts';
import type { TrainingRecord } from '../../store/studio/trainings.ts';
import { launch } from '../../training/background/launch.ts';
import { settleTrainings } from '../../training/background/settle.ts';
import type { RegisterTask } from './task.ts';

const ENTRY = fileURLToPath(new URL('./process.ts', import.meta.url));

export interface RegisterWish {
  /** Id, beginning of it, or name. */
  run: string;
  /** The registered model. */
  model: string;
  description?: string | undefined;
  reason?: string | undefined;
  parent?: string | undefined;
}

/**
 * Makes a run the next version of a model in a process of its own, as exporting needs the engine: graph, parity, signature, registration.
 * Throws NOT_FOUND for a run or a parent that is not there, USAGE for a name that no model can have, ALREADY_EXISTS while the same is under way.
 */
export async function beginRegistering(
  store: Store,
  { run, model, description, reason, parent }: RegisterWish,
  { who, via }: Actor,
): Promise<TrainingRecord> {
  checkModelName(model);
  const { id } = await store.runs.get(run);
  if (parent !== undefined) await findVersion(store.registry, parseVersionRef(parent));
  await settleTrainings(store);
  const open = await store.trainings.list({ open: true });
  if (open.some(({ kind, run: its, task }) => kind === 'register' && its === id && task.model === model)) {
    throw new OslerError('ALREADY_EXISTS', `The run is being registered as ${model} already.`, {
      hint: 'Wait for its end, or stop it first.',
    });
  }
  const task: RegisterTask = {
    ...{ kind: 'register', run: id, model, via },
    ...(description === undefined ? {} : { description }),
    ...(reason === undefined ? {} : { reason }),
    ...(parent === undefined ? {} : { parent }),
  };
  const claim = `register ${id} as ${model}`;
  return launch(store, ENTRY, { kind: 'register', name: model, task, run: id, who, claim });
}
