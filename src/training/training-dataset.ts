import { openDataset } from '../data/dataset.ts';
import type { Dataset } from '../data/sample.ts';
import { foldView } from '../data/split/fold-view.ts';
import type { TrainConfig } from './config.ts';

/** The dataset as a recipe trains on it: its own split, or the fold that the recipe names. */
export async function openTrainingDataset(
  home: string,
  ref: string,
  { data }: Pick<TrainConfig, 'data'>,
): Promise<Dataset> {
  return foldView(await openDataset(home, ref), data.fold);
}
