import type { Dataset } from '../data/sample.ts';
import type { OnProgress } from '../progress.ts';
import { writeFileAtomic } from '../store/files.ts';
import { effectiveConfig, type TrainConfig } from './config.ts';
import { runInChild } from './launch.ts';
import { type LrFinding, lrFindingToSvg } from './lr-finder.ts';

/** Looks for a learning rate for a recipe on a dataset, and draws the plot to `svg`. Nothing is recorded as a run. */
export async function findLearningRate(
  home: string,
  dataset: Dataset,
  config: TrainConfig,
  svg: string,
  events: { onProgress?: OnProgress; onLine?: (text: string) => void; signal?: AbortSignal },
): Promise<LrFinding> {
  const { name, version } = dataset.record;
  const finding = await runInChild(
    {
      kind: 'findLr',
      home,
      run: 'find-lr',
      config: effectiveConfig(config),
      dataset: `${name}@${version}`,
      threads: null,
    },
    events,
  );
  // Half a search finds nothing.
  events.signal?.throwIfAborted();
  await writeFileAtomic(svg, lrFindingToSvg(finding, `Learning rate of ${config.model.name} on ${name}`));
  return finding;
}
