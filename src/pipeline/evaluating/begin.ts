import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDataset } from '../../data/dataset.ts';
import { foldView } from '../../data/split/fold-view.ts';
import { OslerError } from '../../errors.ts';
import { positiveClasses } from '../../evaluation/check.ts';
import { parseRule } from '../../evaluation/decisions/rule.ts';
import type { GroupRecord } from '../../store/groups.ts';
import { checkpointDir } from '../../store/paths.ts';
import type { RunRecord } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';
import type { TrainingRecord } from '../../store/studio/trainings.ts';
import { launch } from '../../training/background/launch.ts';
import { settleTrainings } from '../../training/background/settle.ts';
import { foldOf } from '../../training/training-dataset.ts';
import { checkWhole } from '../repeat/train-group.ts';
import type { EvaluateTask } from './task.ts';

const ENTRY = fileURLToPath(new URL('./process.ts', import.meta.url));

type Wish = Pick<EvaluateTask, 'split' | 'rule' | 'positive' | 'decision'>;

/**
 * Measures a run on a split of its dataset, as `osler evaluate` does, in a process of its own. All that can be said beforehand is thrown
 * here: NOT_FOUND for a dataset that is not here, USAGE for a run without a checkpoint, an empty split, positive classes that it does
 * not know or that are all it knows, or a rule that is none,
 * ALREADY_EXISTS while the same is under way.
 */
export async function beginEvaluation(store: Store, run: RunRecord, wish: Wish, who: string): Promise<TrainingRecord> {
  positiveClasses(run.labels, wish.positive);
  await checkTrained(store.home, run);
  const dataset = foldView(await openDataset(store.home, `${run.dataset.name}@${run.dataset.version}`), foldOf(run));
  if (dataset.samples(wish.split).length === 0)
    throw new OslerError('USAGE', `${run.dataset.name}@${run.dataset.version} has no images in ${wish.split}.`, {
      hint: 'Split it anew under Datasets, or measure another part.',
    });
  return begin(store, { run: run.id, group: null }, run.name, wish, who);
}

/** The same of all runs of a group: each, their mean and their spread. Throws USAGE for a group that is not trained to its end. */
export async function beginGroupEvaluation(
  store: Store,
  group: GroupRecord,
  wish: Wish,
  who: string,
): Promise<TrainingRecord> {
  checkWhole(group);
  return begin(store, { run: null, group: group.id }, group.name, wish, who);
}

/** Throws USAGE for a run that has kept no checkpoint. */
export async function checkTrained(home: string, run: RunRecord): Promise<void> {
  const path = join(checkpointDir(home, run.id, 'best'), 'model.safetensors');
  if ((await stat(path).catch(() => null)) !== null) return;
  throw new OslerError('USAGE', `Run ${run.id.slice(0, 12)} has no checkpoint: there is no network to ask.`, {
    hint: 'One is kept after the first epoch: train on, or resume the run.',
  });
}

async function begin(
  store: Store,
  of: Pick<EvaluateTask, 'run' | 'group'>,
  name: string,
  wish: Wish,
  who: string,
): Promise<TrainingRecord> {
  if (wish.rule !== undefined) parseRule(wish.rule);
  await settleTrainings(store);
  const task: EvaluateTask = { kind: 'evaluate', ...of, ...wish };
  const same = ({ kind, task: other }: TrainingRecord) =>
    kind === 'evaluate' && other.run === of.run && other.group === of.group && other.split === wish.split;
  if ((await store.trainings.list({ open: true, limit: 1_000 })).some(same))
    throw new OslerError('ALREADY_EXISTS', `"${name}" is being measured on ${wish.split} already.`, {
      hint: 'Wait for its end, or stop it first.',
    });
  const claim = `evaluate ${of.run ?? of.group} on ${wish.split}`;
  return launch(store, ENTRY, { kind: 'evaluate', name, task, run: of.run, who, claim });
}
