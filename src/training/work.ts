import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset, Sample } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { refinement } from '../evaluation/decisions/calibration/temperature.ts';
import { quickMetrics } from '../evaluation/metrics/index.ts';
import type { Classifier } from '../models/index.ts';
import { withViews } from '../models/views.ts';
import { loadState } from '../nn/state.ts';
import { TorchOps } from '../nn/torch-ops.ts';
import { autocast, readSafetensors, scope } from '../torch/index.ts';
import { buildCallbacks } from './build-callbacks.ts';
import { CheckpointStore } from './checkpoint.ts';
import { directionOf, sizeOf, type TrainConfig } from './config.ts';
import { type Feed, Upload } from './feed.ts';
import { evaluationLoader, repeated, trainingCounts, trainingLoader } from './feeds.ts';
import type { EpochRecord, MetricRow } from './log.ts';
import { createLoss, type LossFunction } from './losses.ts';
import { findLr, type LrFinding } from './lr-finder.ts';
import { type Answers, answersOf } from './measure.ts';
import type { FindLrJob, InferJob, Ready, TrainJob, TrainResult } from './messages.ts';
import {
  buildModel,
  geometryOf,
  type Network,
  prepareEngine,
  type Reports,
  startNetwork,
  toDevice,
} from './network.ts';
import { Optimiser } from './optimiser.ts';
import { growth } from './progressive.ts';
import { Trainer } from './trainer.ts';
import { openTrainingDataset } from './training-dataset.ts';

export interface WorkReports extends Reports {
  onReady: (ready: Ready) => void;
  onRows: (rows: MetricRow[]) => void;
  /** Whether to go on after this epoch. Asked where the job says so. */
  proceed: (record: EpochRecord) => Promise<boolean>;
  /** Called with what is to be done when a stop is asked for. */
  onStop: (stop: () => void) => void;
}

/** Trains a run to its end, from its last checkpoint where there is one. */
export async function trainRun(job: TrainJob, reports: WorkReports): Promise<TrainResult> {
  const { config } = job;
  const engine = prepareEngine(config, job.threads);
  const dataset = await openTrainingDataset(job.home, job.dataset, config);
  const { classes } = dataset.record;
  const counts = trainingCounts(dataset);
  warnOf(config, dataset, reports);
  const checkpoints = new CheckpointStore(job.folder);
  const resumed = checkpoints.has('last');
  mkdirSync(job.folder, { recursive: true });
  await using feeds = new AsyncDisposableStack();
  const geometry = job.preprocess ?? geometryOf(config);
  const train = feeds.adopt(trainingLoader(job.home, dataset, config, geometry), (loader) => loader.close());
  // The first batches are decoded while the network is made.
  if (!resumed) train.begin(0);
  const network = await networkFor(job, classes.length, resumed, engine.device, reports);
  const { model, preprocess } = network;
  const upload = new Upload(preprocess, classes.length, engine.device);
  const overfit = config.training.overfitBatches !== null;
  const val = overfit
    ? train
    : evaluationLoader(job.home, dataset, config, geometry, {
        split: 'val',
        limitBatches: config.training.limitBatches,
      });
  if (!overfit) feeds.defer(() => val.close());
  const callbacks = buildCallbacks(config, model, { ...job, classes }, reports);
  const { training } = config;
  const trainer = new Trainer({
    run: job.run,
    model,
    optimiser: new Optimiser(config.optimiser, model.parameters(), model.spec.headPrefix),
    loss: createLoss(config.loss, classes, counts, engine.device),
    schedule: config.schedule,
    train: overfit ? repeated(train) : train,
    upload,
    ...(overfit ? {} : { expectValidation: () => val.begin(0) }),
    validate: async (check) => {
      const feed = overfit ? repeated(val) : val;
      const { metrics, answers } = await validate(network, feed, upload, dataset, config, check);
      callbacks.classMetrics.observe(answers);
      return metrics;
    },
    direction: directionOf(training.metric),
    callbacks: callbacks.list,
    ...(job.asks ? { proceed: reports.proceed } : {}),
    checkpoints,
    ...training,
  });
  if (resumed) {
    scope(() => trainer.restore(checkpoints.readState('last'), checkpoints.readTensors('last')));
    reports.onLine(`going on from epoch ${trainer.epoch + 1}, batch ${trainer.batch}`);
  } else {
    callbacks.log.reset();
  }
  reports.onReady({ engine, preprocess, parameters: model.parameterCount() });
  reports.onStop(() => trainer.interrupt());
  try {
    const outcome = await trainer.run();
    const { best, epoch, stopped, seconds, imagesPerSecond } = trainer;
    if (outcome === 'finished' && best !== null) warnOfSmall(config, best.epoch, reports);
    return { outcome, best, epochs: epoch, stopped, seconds, imagesPerSecond };
  } finally {
    callbacks.close();
  }
}

/** What is allowed and seldom meant. */
function warnOf(config: TrainConfig, { record }: Dataset, reports: Reports): void {
  if (record.stamps.length > 0) {
    reports.onWarning(
      `${record.name}@${record.version} is stamped ${record.stamps.join(', ')}; so is this run and all that is made of it.`,
    );
  }
  const { training } = config;
  const full = sizeOf(config.data);
  const last = growth(training, full)?.(training.epochs - 1) ?? full;
  if (last.height < full.height || last.width < full.width) {
    reports.onWarning(
      `training.progressive: the last epoch's images are ${last.height}x${last.width} pixels, so the network never learns at ${full.height}x${full.width}, the size that it is evaluated and served at. More epochs or a smaller until would change that.`,
    );
  }
  if (config.data.sampling === 'balanced' && config.loss.kind !== 'binary' && config.loss.classWeights === 'balanced') {
    reports.onWarning(
      'data.sampling and loss.classWeights both balance the classes: rare ones now weigh more than common ones.',
    );
  }
}

/** Where the best epoch came before images had their whole size. */
function warnOfSmall({ training, data }: TrainConfig, best: number, reports: Reports): void {
  const full = sizeOf(data);
  const last = growth(training, full)?.(training.epochs - 1);
  const chosen = growth(training, full)?.(best - 1);
  if (chosen === undefined || chosen.height * chosen.width === full.height * full.width) return;
  // That none has it was said before the first epoch.
  if (last === undefined || last.height * last.width < full.height * full.width) return;
  reports.onWarning(
    `The best epoch, ${best}, learnt from images of ${chosen.height}x${chosen.width} pixels: its network has not seen ${full.height}x${full.width}, the size that it is evaluated and served at.`,
  );
}

/** A run that goes on needs no pretrained weights: its own are in the checkpoint, its preprocessing in the record. */
async function networkFor(
  job: TrainJob,
  classes: number,
  resumed: boolean,
  device: 'cpu' | 'cuda',
  reports: Reports,
): Promise<Network> {
  const config = resumed ? { ...job.config, model: { ...job.config.model, pretrained: null } } : job.config;
  const network = await startNetwork(config, classes, { ...reports, home: job.home, device });
  return job.preprocess === null ? network : { ...network, preprocess: job.preprocess };
}

async function validate(
  { model }: Network,
  feed: Feed,
  upload: Upload,
  dataset: Dataset,
  config: TrainConfig,
  check: () => void,
): Promise<{ metrics: Record<string, number | null>; answers: Answers }> {
  const { classes } = dataset.record;
  const { precision } = config.training;
  const answers = await answersOf(model, feed, upload, { precision, check });
  const { labels, logits } = answers;
  const { logLoss, ...rest } = quickMetrics({ classes, labels, logits }, { positive: config.evaluation.positive });
  const refined = refinement(logits, labels, classes.length);
  return { metrics: { loss: logLoss, refinement: refined, ...rest }, answers };
}

/**
 * Logits and embeddings of a checkpoint on a split, in f32 whatever the run was trained in: export compares them with ONNX Runtime's. In the
 * recipe's views; validation while it trains looks once, so that views change nothing of a training.
 */
export async function inferRun(job: InferJob, reports: WorkReports): Promise<Answers> {
  const { config } = job;
  const { device } = prepareEngine(config, job.threads);
  const dataset = await openTrainingDataset(job.home, job.dataset, config);
  const model = buildModel(config, job.labels.length);
  const path = join(new CheckpointStore(job.folder).path(job.checkpoint), 'model.safetensors');
  scope(() => loadState(model, readSafetensors(path)));
  toDevice(model, device);
  const samples = chosen(dataset, job);
  const feed = evaluationLoader(job.home, dataset, config, job.preprocess, { split: job.split, samples });
  let stopped = false;
  reports.onStop(() => {
    stopped = true;
  });
  try {
    return await answersOf(
      withViews(model, config.evaluation.views),
      feed,
      new Upload(job.preprocess, job.labels.length, device),
      {
        embeddings: true,
        onBatch: (done, total) => reports.onProgress({ task: `predicting ${job.split}`, done, total }),
        check: () => {
          if (stopped) throw new OslerError('INTERRUPTED', 'Interrupted.');
        },
      },
    );
  } finally {
    await feed.close();
  }
}

function chosen(dataset: Dataset, { split, ids }: InferJob): Sample[] {
  const samples = dataset.samples(split);
  if (ids === null) return samples;
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  return ids.map((id) => {
    const sample = byId.get(id);
    if (sample === undefined) throw new OslerError('NOT_FOUND', `There is no sample '${id}' in the split ${split}.`);
    return sample;
  });
}

/** The learning-rate range test on the recipe's network and training images. */
export async function findRate(job: FindLrJob, reports: WorkReports): Promise<LrFinding> {
  // At the size that the network is trained for in the end.
  const config = { ...job.config, training: { ...job.config.training, progressive: null } };
  const { device } = prepareEngine(config, job.threads);
  const dataset = await openTrainingDataset(job.home, job.dataset, config);
  const { classes } = dataset.record;
  const { model, preprocess } = await startNetwork(config, classes.length, { ...reports, home: job.home, device });
  const upload = new Upload(preprocess, classes.length, device);
  const loss = createLoss(config.loss, classes, trainingCounts(dataset), device);
  const optimiser = new Optimiser(config.optimiser, model.parameters(), model.spec.headPrefix);
  const train = trainingLoader(job.home, dataset, config, preprocess);
  let stopped = false;
  reports.onStop(() => {
    stopped = true;
  });
  const batches = endless(train);
  const steps = Math.max(60, Math.min(200, train.batchesPerEpoch * 2));
  let done = 0;
  try {
    return await findLr({ low: 1e-7, high: 10, steps }, async (lr) => {
      const { value: batch, done: ended } = await batches.next();
      if (stopped || ended) return false;
      optimiser.setFactor(lr / config.optimiser.lr);
      const value = plainStep(model, optimiser, loss, upload, config, batch);
      reports.onProgress({
        task: 'finding the rate',
        done: ++done,
        total: steps,
        note: `lr ${lr.toExponential(1)} loss ${value.toFixed(4)}`,
      });
      return value;
    });
  } finally {
    await batches.return(undefined);
    await train.close();
  }
}

function plainStep(
  model: Classifier,
  optimiser: Optimiser,
  loss: LossFunction,
  upload: Upload,
  config: TrainConfig,
  batch: Parameters<Upload['images']>[0],
): number {
  const { precision, gradientCheckpointing: checkpointing } = config.training;
  const ops = new TorchOps({ training: true, checkpointing, precision });
  const value = scope(() => {
    const x = upload.images(batch);
    const logits = autocast(precision === 'bf16' ? 'bf16' : 'off', () => model.forward(x, ops));
    const mean = loss(logits, upload.labels(batch), upload.targets(batch));
    ops.backward(mean);
    return mean.item();
  });
  if (Number.isFinite(value)) optimiser.step();
  return value;
}

async function* endless(feed: Feed) {
  for (let epoch = 0; ; epoch++) yield* feed.epoch(epoch);
}
