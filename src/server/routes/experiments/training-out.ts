import type { TrainingRecord } from '../../../store/studio/trainings.ts';
import type { TrainingOut } from './contract.ts';

/** What is told of a training: not the process, nor the whole recipe. */
export function trainingOut({ task, worker: _, ...rest }: TrainingRecord): TrainingOut {
  return {
    ...rest,
    recipe: textOf(task.recipe),
    sweep: textOf(task.sweep),
    group: textOf(task.group),
    split: textOf(task.split),
    dataset: textOf(task.dataset),
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
