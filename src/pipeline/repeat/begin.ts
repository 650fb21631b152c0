import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { admit } from '../../audit/guard.ts';
import { foldView } from '../../data/split/fold-view.ts';
import { OslerError } from '../../errors.ts';
import type { GroupRecord } from '../../store/groups.ts';
import type { Store } from '../../store/store.ts';
import type { TrainingRecord } from '../../store/studio/trainings.ts';
import { type BeginWish, readWish } from '../../training/background/begin.ts';
import { launch } from '../../training/background/launch.ts';
import { settleTrainings } from '../../training/background/settle.ts';
import type { RepeatTask } from './task.ts';
import { checkPlan, type Plan } from './train-group.ts';

const ENTRY = fileURLToPath(new URL('./process.ts', import.meta.url));

/**
 * Trains a recipe several times, seed after seed or fold after fold, and measures them together on validation, in a process of its own.
 * Throws beforehand what `beginTraining` does, and CONFIG_INVALID or DATA_INVALID for what can't be repeated so.
 */
export async function beginRepeats(store: Store, wish: BeginWish, plan: Plan, who: string): Promise<TrainingRecord> {
  const { config, dataset, accepted } = await readWish(store, wish, who);
  checkPlan(dataset, config, plan);
  // Folds mend what crosses train and val, and leave test as it is.
  const view = plan.kind === 'folds' ? foldView(dataset, { of: plan.of, index: 0, seed: 0 }) : dataset;
  await admit(view, accepted ?? undefined);
  const group = randomBytes(16).toString('hex');
  const task: RepeatTask = { kind: 'repeat', group, recipe: wish.recipe, config, plan, accepted };
  const name = config.name ?? wish.recipe;
  return launch(store, ENTRY, { kind: 'train', name, task, run: null, who, claim: `group ${group}` });
}

/** Trains what a group still lacks, and measures it. Throws USAGE for one that is whole, ALREADY_EXISTS for one that is being trained. */
export async function resumeRepeats(store: Store, group: GroupRecord, who: string): Promise<TrainingRecord> {
  const what = `Group ${group.id.slice(0, 12)}`;
  if (group.members.every(({ done }) => done))
    throw new OslerError('USAGE', `${what} is trained to its end: there is nothing to go on with.`);
  if ((await repeatsWork(store, group.id)) !== undefined)
    throw new OslerError('ALREADY_EXISTS', `${what} is being trained.`, { hint: 'Stop it first.' });
  const task: RepeatTask = { kind: 'resume-group', group: group.id };
  return launch(store, ENTRY, { kind: 'resume', name: group.name, task, run: null, who, claim: `group ${group.id}` });
}

/** The process that the page began for a group's trainings, while it is at it. */
export async function repeatsWork(store: Store, group: string): Promise<TrainingRecord | undefined> {
  await settleTrainings(store);
  const open = await store.trainings.list({ open: true, limit: 1_000 });
  return open.find(({ kind, task }) => (kind === 'train' || kind === 'resume') && task.group === group);
}
