import type { BundleManifest } from '../bundle/manifest.ts';
import { type Bundle, openBundle } from '../bundle/open.ts';
import { type BundleContent, writeBundle } from '../bundle/write.ts';
import type { Dataset, Sample, Split } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { softmax } from '../evaluation/metrics/softmax.ts';
import { viewsWords } from '../evaluation/views.ts';
import { INPUT } from '../onnx/names.ts';
import { checkParity, type Parity } from '../onnx/parity.ts';
import type { OnProgress } from '../progress.ts';
import { predictEach } from '../serving/predict-samples.ts';
import { createPredictor, type Predictor } from '../serving/predictor.ts';
import type { RunRecord } from '../store/run.ts';
import { signingKey } from '../store/signing-key.ts';
import { inferSplit } from '../training/infer.ts';
import { decisionWords } from './decision-words.ts';
import { decisionsOf, exportedViews, lastEvaluation } from './run-evaluation.ts';
import { traceRun } from './trace-run.ts';

export interface ExportOptions {
  home: string;
  /** Folder of the bundle. */
  out: string;
  /** Osler's own version. */
  version: string;
  /** Says each step when it is done. */
  onStep: (text: string) => void;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** Validation samples on which graph and engine are compared, at most. */
const PARITY_SAMPLES = 128;

/**
 * Turns a run's best checkpoint into a signed bundle: traces the network, takes what it decides by, and metrics, from its evaluation
 * (or makes one), compares ONNX Runtime with the engine on real samples, writes.
 * Throws NOT_FOUND without a checkpoint, EXPORT_MISMATCH when the two engines differ; nothing is written then.
 */
export async function exportRun(
  run: RunRecord,
  dataset: Dataset,
  options: ExportOptions,
): Promise<{ bundle: Bundle; parity: Parity }> {
  const { home, onStep, onProgress, signal } = options;
  const asked = { ...(onProgress && { onProgress }), ...(signal && { signal }) };
  const made = await lastEvaluation(home, run);
  const views = exportedViews(run, made);
  const { model, parameters, embedding } = traceRun(home, run, options.version, views);
  onStep(`traced ${run.model.name} to ONNX: ${(model.length / 1e6).toFixed(1)} MB, BatchNorm folded`);

  const { source, card, ...decisions } = await decisionsOf(home, run, dataset, made, asked);
  onStep(`${decisionWords(decisions)} (${source})`);
  if (views !== 'none') onStep(`answers are the ${viewsWords(views)}`);

  const manifest: BundleContent['manifest'] = {
    run: run.id,
    createdAt: new Date().toISOString(),
    model: { name: run.model.name, parameters, embedding },
    labels: run.labels,
    preprocess: run.preprocess,
    ...(views === 'none' ? {} : { views }),
    ...decisions,
    dataset: run.dataset,
    lineage: {
      oslerVersion: run.code.version,
      code: run.code.commit === null ? null : `${run.code.commit}${run.code.dirty ? '+changes' : ''}`,
      engine: `LibTorch ${run.engine.libtorch}`,
      seed: run.seed,
    },
    stamps: [...new Set([...run.stamps, ...dataset.record.stamps])].sort(),
    leaks: run.leaks,
    parity: { samples: 0, maxDifference: 0 },
  };
  const draft: BundleManifest = { format: 'osler-bundle/1', ...manifest, files: {} };
  const predictor = await createPredictor({ manifest: draft, read: async () => model });
  let parity: Parity;
  let shapes: Awaited<ReturnType<typeof graphShapes>>;
  try {
    const [split, samples] = paritySamples(dataset);
    const ids = samples.map(({ id }) => id);
    const engine = await inferSplit(home, run.id, dataset, split, { ...asked, ids, views });
    const items = samples.map((sample) => ({ sample, path: dataset.path(sample) }));
    const exported = await predictEach(predictor, items, asked);
    const probabilities = (logits: Float32Array): Float64Array =>
      softmax(logits, run.labels.length, decisions.temperature);
    parity = checkParity(ids, probabilities(engine.logits), probabilities(exported.logits));
    onStep(
      `ONNX Runtime agrees with the engine within ${parity.maxDifference.toExponential(1)} on ${ids.length} ${split} samples`,
    );
    shapes = await graphShapes(predictor, items[0]!.path);
  } finally {
    await predictor.close();
  }
  signal?.throwIfAborted();
  const key = await signingKey(home);
  await writeBundle(options.out, {
    manifest: { ...manifest, parity },
    model,
    graph: shapes,
    key,
    ...(card !== null && { card }),
  });
  const bundle = await openBundle(options.out, { trusted: [key.id] });
  onStep(`written and signed by key ${key.id}, ${Object.keys(bundle.manifest.files).length + 2} files`);
  return { bundle, parity };
}

/** Samples spread over the validation split, so that every class has its share; test or training ones where there is none. */
function paritySamples(dataset: Dataset): [Split, Sample[]] {
  for (const split of ['val', 'test', 'train'] as const) {
    const all = dataset.samples(split);
    if (all.length === 0) continue;
    const count = Math.min(PARITY_SAMPLES, all.length);
    return [split, Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!)];
  }
  throw new OslerError('DATA_INVALID', `Dataset ${dataset.record.name} has no samples to compare the engines on.`);
}

async function graphShapes({ answer, manifest }: Predictor, path: string): Promise<BundleContent['graph']> {
  const { channels, height, width } = manifest.preprocess;
  const { logits, embedding, cam } = await answer(path);
  return {
    input: { name: INPUT, shape: [channels, height, width] },
    outputs: [
      { name: 'logits', shape: [logits.length] },
      { name: 'embedding', shape: [embedding.length] },
      { name: 'cam', shape: [logits.length, cam.height, cam.width] },
    ],
  };
}
