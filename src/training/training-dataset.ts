import { openDataset } from '../data/dataset.ts';
import type { Dataset } from '../data/sample.ts';
import { type Fold, foldView } from '../data/split/fold-view.ts';
import type { RunRecord } from '../store/run.ts';
import { TrainConfig } from './config.ts';

/** The dataset as a recipe trains on it: its own split, or the fold that the recipe names. */
export async function openTrainingDataset(
  home: string,
  ref: string,
  { data }: Pick<TrainConfig, 'data'>,
): Promise<Dataset> {
  return foldView(await openDataset(home, ref), data.fold);
}

/** The fold that a run was trained on; null for most. */
export function foldOf(run: Pick<RunRecord, 'config'>): Fold | null {
  const config = TrainConfig.safeParse(run.config);
  return config.success ? config.data.data.fold : null;
}
