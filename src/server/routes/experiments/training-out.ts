import type { TrainingRecord } from '../../../store/studio/trainings.ts';
import type { TrainingOut } from './contract.ts';

/** What is told of a training: not the process, nor the whole recipe. */
export function trainingOut({ task, worker: _, ...rest }: TrainingRecord): TrainingOut {
  return {
    ...rest,
    recipe: typeof task.recipe === 'string' ? task.recipe : null,
    sweep: typeof task.sweep === 'string' ? task.sweep : null,
  };
}
