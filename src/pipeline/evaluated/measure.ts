import { basename, resolve } from 'node:path';
import { exposedSamples } from '../../audit/leaks.ts';
import type { Dataset, Split } from '../../data/sample.ts';
import type { Predictions } from '../../evaluation/predictions.ts';
import type { Workplace } from '../workplace.ts';
import type { Evaluated } from './find.ts';
import { withFolderDataset } from './folder.ts';

/** Predictions with labels, and where their images are. */
export interface Measured {
  test: Predictions;
  /** Absolute path of a sample's file. */
  path(id: string): string | undefined;
  /** Where a folder was measured instead of a split. */
  folder: { name: string; unreadable: number } | null;
}

/** Predicts what is to be measured: a split of the dataset, or a folder of labelled images. */
export async function measure(
  evaluated: Evaluated,
  options: { split: Split; data?: string },
  validation: Predictions | undefined,
  ctx: Workplace,
): Promise<Measured> {
  if (options.data === undefined) {
    // Measured on what was fitted on: evaluate says so, by the one object.
    const fitted = options.split === 'val' && validation !== undefined;
    const test = fitted ? validation : await evaluated.predictSplit(options.split);
    await markExposed(test, evaluated.dataset);
    return { test, path: pathsOf(evaluated.dataset, options.split), folder: null };
  }
  const name = basename(resolve(options.data));
  return withFolderDataset(options.data, evaluated.labels, ctx, async (data) => {
    const test = await evaluated.predictFolder(data);
    const known = markTrainedOn(test, data.dataset, evaluated.dataset);
    if (known > 0) ctx.out.warn(`${known} of the images in ${name} were trained on`);
    return {
      test,
      // Imported in place: the files stay when the dataset has gone.
      path: pathsOf(data.dataset, 'test'),
      folder: { name, unreadable: data.dataset.record.unreadable.length },
    };
  });
}

/** Which images of a folder are files that the model was trained on; how many. */
function markTrainedOn(test: Predictions, folder: Dataset, trained: Dataset | null): number {
  if (trained === null) return 0;
  const files = new Set(trained.samples('train').map(({ sha256 }) => sha256));
  const known = new Set(folder.samples('test').flatMap(({ id, sha256 }) => (files.has(sha256) ? [id] : [])));
  test.exposed = test.ids.map((id) => (known.has(id) ? 'exact' : null));
  return known.size;
}

/** Which samples train knows, where the split leaks. */
async function markExposed(test: Predictions, dataset: Dataset | null): Promise<void> {
  if (dataset === null || !dataset.record.stamps.includes('leaky')) return;
  const known = await exposedSamples(dataset);
  test.exposed = test.ids.map((id) => known.get(id) ?? null);
}

function pathsOf(dataset: Dataset | null, split: Split): Measured['path'] {
  const paths = new Map(dataset?.samples(split).map((sample) => [sample.id, dataset.path(sample)]));
  return (id) => paths.get(id);
}
