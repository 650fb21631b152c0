import { readFile } from 'node:fs/promises';
import { type Dataset, type Split, unitOf } from '../data/sample.ts';
import { foldView } from '../data/split/fold-view.ts';
import { OslerError } from '../errors.ts';
import type { Predictions } from '../evaluation/predictions.ts';
import type { Views } from '../evaluation/views.ts';
import type { OnProgress } from '../progress.ts';
import { runDir, runFile } from '../store/paths.ts';
import { RunRecord } from '../store/run.ts';
import { TrainConfig } from './config.ts';
import { runInChild } from './launch.ts';

export interface InferOptions {
  /** Default: best. */
  checkpoint?: 'best' | 'last';
  /** Only these samples, in this order. */
  ids?: readonly string[];
  /** Default: the recipe's. */
  views?: Views;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/**
 * What a run's network says about a split of a dataset (the one it was trained on, or another with the same classes): logits in
 * f32, with the run's own preprocessing and views. The engine works in a process of its own.
 * Throws NOT_FOUND where the run has no checkpoint yet, DATA_INVALID where the classes differ.
 */
export async function inferSplit(
  home: string,
  runId: string,
  dataset: Dataset,
  split: Split,
  options: InferOptions = {},
): Promise<Predictions> {
  const run = RunRecord.parse(JSON.parse(await readFile(runFile(home, runId), 'utf8')));
  const { record } = dataset;
  const config = TrainConfig.parse(run.config);
  // Another dataset is taken as it is; of its own, the run knows what it was trained on.
  const fold = record.digest === run.dataset.digest ? config.data.fold : null;
  const strange = record.classes.filter((label) => !run.labels.includes(label));
  if (strange.length > 0 || record.classes.length !== run.labels.length) {
    throw new OslerError(
      'DATA_INVALID',
      `${record.name}@${record.version} has other classes than run ${run.id.slice(0, 8)}.`,
      {
        hint: `The run knows ${run.labels.join(', ')}; the dataset has ${record.classes.join(', ')}.`,
      },
    );
  }
  const answers = await runInChild(
    {
      kind: 'infer',
      home,
      run: run.id,
      folder: runDir(home, run.id),
      config: {
        ...config,
        data: { ...config.data, fold },
        evaluation: { ...config.evaluation, views: options.views ?? config.evaluation.views },
      },
      dataset: `${record.name}@${record.version}`,
      threads: null,
      preprocess: run.preprocess,
      labels: run.labels,
      split,
      ids: options.ids === undefined ? null : [...options.ids],
      checkpoint: options.checkpoint ?? 'best',
    },
    { onProgress: options.onProgress, signal: options.signal },
  );
  const byId = new Map(
    foldView(dataset, fold)
      .samples(split)
      .map((sample) => [sample.id, sample]),
  );
  const samples = answers.ids.map((id) => byId.get(id)!);
  return {
    classes: run.labels,
    ids: answers.ids,
    labels: answers.labels,
    logits: answers.logits,
    ...(answers.embeddings === undefined ? {} : { embeddings: answers.embeddings }),
    ...(answers.appearances === undefined ? {} : { appearances: answers.appearances }),
    groups: samples.map(unitOf),
    meta: samples.map((sample) => sample.meta),
  };
}
