import { fileURLToPath } from 'node:url';
import { OslerError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import type { TrainingRecord } from '../../store/studio/trainings.ts';
import { launch } from '../../training/background/launch.ts';
import { settleTrainings } from '../../training/background/settle.ts';
import { checkTrained } from '../evaluating/begin.ts';
import { checkWhole } from '../repeat/train-group.ts';
import { datasetOfJudges, type Judges } from '../suspects.ts';
import type { SuspectsTask } from './task.ts';

const ENTRY = fileURLToPath(new URL('./process.ts', import.meta.url));

/**
 * Looks for labels that are likely wrong, as `osler data suspects` does, in a process of its own. Throws USAGE for networks that are not
 * trained, NOT_FOUND or DATA_INVALID for a dataset that is not what they were trained on, ALREADY_EXISTS while the same is under way.
 */
export async function beginSuspects(store: Store, judges: Judges, who: string): Promise<TrainingRecord> {
  if ('run' in judges) await checkTrained(store.home, judges.run);
  else checkWhole(judges.group);
  const { record } = await datasetOfJudges(store.home, judges);
  const dataset = `${record.name}@${record.version}`;
  const run = 'run' in judges ? judges.run.id : null;
  const group = 'group' in judges ? judges.group.id : null;
  await settleTrainings(store);
  const open = await store.trainings.list({ open: true, limit: 1_000 });
  if (open.some(({ kind, task }) => kind === 'suspects' && task.run === run && task.group === group))
    throw new OslerError('ALREADY_EXISTS', `The labels of ${dataset} are being judged by it already.`, {
      hint: 'Wait for its end, or stop it first.',
    });
  const task: SuspectsTask = { kind: 'suspects', run, group, dataset };
  return launch(store, ENTRY, { kind: 'suspects', name: dataset, task, run, who, claim: `suspects ${run ?? group}` });
}
