import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BundleManifest } from '../bundle/manifest.ts';
import { OslerError } from '../errors.ts';
import type { Views } from '../evaluation/views.ts';
import { createModel, modelSpec } from '../models/index.ts';
import { withViews } from '../models/views.ts';
import { traceModel } from '../onnx/trace-model.ts';
import { createPredictor, type Predictor } from '../serving/predictor.ts';
import { checkpointDir } from '../store/paths.ts';
import type { RunRecord } from '../store/run.ts';
import { readSafetensorsRaw } from '../torch/safetensors.ts';
import { viewsOf } from '../training/config.ts';

/** The run's best weights as an ONNX graph, which looks at an image in `views` (default: the recipe's). Needs no engine. */
export function traceRun(
  home: string,
  run: RunRecord,
  version: string,
  views: Views = viewsOf(run),
): { model: Uint8Array; parameters: number; embedding: number } {
  const path = join(checkpointDir(home, run.id, 'best'), 'model.safetensors');
  if (!existsSync(path)) {
    throw new OslerError('NOT_FOUND', `Run ${run.id.slice(0, 8)} has no checkpoint yet.`, {
      hint: `It is ${run.status}; it goes on by Resume on its page, or by osler train --resume ${run.id}.`,
    });
  }
  const state = readSafetensorsRaw(path);
  const network = createModel(run.model.name, { classes: run.labels.length, channels: run.preprocess.channels });
  const weights = (name: string): { shape: readonly number[]; data: Float32Array } => {
    const found = state.get(name);
    if (found === undefined)
      throw new OslerError('WEIGHTS_INVALID', `The checkpoint of run ${run.id.slice(0, 8)} has no ${name}.`);
    if (!(found.data instanceof Float32Array))
      throw new OslerError('WEIGHTS_INVALID', `${name} in the checkpoint is ${found.dtype}, not f32.`);
    return { shape: found.shape, data: found.data };
  };
  const { channels, height, width } = run.preprocess;
  const model = traceModel(
    withViews(network, views),
    weights,
    { channels, height, width },
    {
      name: run.model.name,
      version,
      metadata: {
        labels: JSON.stringify(run.labels),
        preprocess: JSON.stringify(run.preprocess),
        ...(views === 'none' ? {} : { views }),
      },
    },
  );
  return { model, parameters: network.parameterCount(), embedding: modelSpec(run.model.name).embedding };
}

/**
 * A run's best network, ready to predict without the training engine and without a bundle. It decides nothing: temperature 1, no
 * operating point.
 */
export async function predictorOfRun(
  home: string,
  run: RunRecord,
  version: string,
  { views, ...options }: { threads?: number; views?: Views } = {},
): Promise<Predictor> {
  const { model, parameters, embedding } = traceRun(home, run, version, views);
  const manifest = BundleManifest.parse({
    format: 'osler-bundle/1',
    run: run.id,
    createdAt: run.createdAt,
    model: { name: run.model.name, parameters, embedding },
    labels: run.labels,
    preprocess: run.preprocess,
    temperature: 1,
    operatingPoint: null,
    metrics: {},
    dataset: run.dataset,
    lineage: {
      oslerVersion: version,
      code: run.code.commit,
      engine: `LibTorch ${run.engine.libtorch}`,
      seed: run.seed,
    },
    stamps: run.stamps,
    leaks: run.leaks,
    parity: { samples: 0, maxDifference: 0 },
    files: {},
  });
  return createPredictor({ manifest, read: async () => model }, options);
}
