import { setImmediate } from 'node:timers/promises';
import { OslerError } from '../errors.ts';
import type { Classifier } from '../models/classifier.ts';
import { TorchOps } from '../nn/torch-ops.ts';
import { autocast, call, getRngState, noGrad, scope, setRngState, type Tensor } from '../torch/index.ts';
import type { Callback, Fit } from './callbacks/callback.ts';
import type { CheckpointName, CheckpointStore, CheckpointTensors, TrainingState } from './checkpoint.ts';
import type { Batch, Feed, Upload } from './feed.ts';
import { type EpochRecord, finite, type StepRecord } from './log.ts';
import type { LossFunction } from './losses.ts';
import type { Optimiser } from './optimiser.ts';
import { type Direction, improves, Plateau, rateFactor, type ScheduleConfig } from './schedules.ts';

export interface TrainerParts {
  run: string;
  model: Classifier;
  optimiser: Optimiser;
  loss: LossFunction;
  schedule: ScheduleConfig;
  train: Feed;
  upload: Upload;
  /** Called before the last step of an epoch: the validation's first images are read meanwhile. */
  expectValidation?: () => void;
  /** Validation metrics by name of the network as it stands. Throws what `check` throws. */
  validate: (check: () => void) => Promise<Record<string, number | null>>;
  metric: string;
  direction: Direction;
  callbacks: readonly Callback[];
  /** Asked after each epoch, its checkpoint written: whether to go on. */
  proceed?: (record: EpochRecord) => Promise<boolean>;
  checkpoints: CheckpointStore;
  epochs: number;
  accumulate: number;
  clipNorm: number | null;
  precision: 'f32' | 'bf16';
  gradientCheckpointing: boolean;
}

/** Thrown inside the trainer to leave validation when a stop was asked for. */
class Interrupted extends Error {}

/** The training loop. Its whole state is in a checkpoint, so that a run goes on from one to the same result, bit for bit. */
export class Trainer implements Fit {
  readonly epochs: number;
  readonly batchesPerEpoch: number;
  readonly stepsPerEpoch: number;
  epoch = 0;
  batch = 0;
  step = 0;
  best: TrainingState['best'] = null;
  /** Why the training ended before its last epoch. */
  stopped: string | null = null;
  images = 0;
  private readonly parts: TrainerParts;
  private readonly ops: TorchOps;
  private readonly plateau: Plateau | null;
  private running = { loss: 0, samples: 0 };
  private spent = 0;
  /** Of `seconds`, spent in training steps and waiting for their data. */
  private trainSeconds = 0;
  private since = performance.now();
  private lastStep = 0;
  private done = false;
  private interruption = false;

  constructor(parts: TrainerParts) {
    this.parts = parts;
    this.epochs = parts.epochs;
    this.batchesPerEpoch = parts.train.batchesPerEpoch;
    this.stepsPerEpoch = Math.ceil(this.batchesPerEpoch / parts.accumulate);
    this.plateau = parts.schedule.kind === 'plateau' ? new Plateau(parts.schedule, parts.direction) : null;
    this.ops = new TorchOps({
      training: true,
      checkpointing: parts.gradientCheckpointing,
      precision: parts.precision,
    });
  }

  /** Spent on training and validation, over all resumptions. */
  get seconds(): number {
    return this.spent + (performance.now() - this.since) / 1000;
  }

  /** In training, validation left out. */
  get imagesPerSecond(): number {
    return this.trainSeconds === 0 ? 0 : this.images / this.trainSeconds;
  }

  stop(reason: string): void {
    this.stopped = reason;
    this.done = true;
  }

  /** Asks the loop to end at the next step, with a checkpoint. */
  interrupt(): void {
    this.interruption = true;
  }

  /** Trains to the end, or until interrupted. */
  async run(): Promise<'finished' | 'interrupted'> {
    this.since = performance.now();
    this.lastStep = this.since;
    this.done ||= this.epoch >= this.epochs;
    while (!this.done) {
      for (const c of this.parts.callbacks) c.onEpochStart?.(this);
      if (!(await this.trainEpoch())) return this.leave();
      let val: Record<string, number | null>;
      try {
        val = await this.validate();
      } catch (error) {
        if (error instanceof Interrupted) return this.leave();
        throw error;
      }
      const record = this.endEpoch(val);
      if ((await this.parts.proceed?.(record)) === false && !this.done) return 'interrupted';
    }
    return 'finished';
  }

  private leave(): 'interrupted' {
    this.save(['last']);
    return 'interrupted';
  }

  /** False when it was interrupted. */
  private async trainEpoch(): Promise<boolean> {
    const { accumulate, train } = this.parts;
    if (this.batch >= this.batchesPerEpoch) return true;
    let group = { loss: 0, samples: 0 };
    for await (const batch of train.epoch(this.epoch, { startBatch: this.batch })) {
      // All batches are of one size, so each is the same part of the step's mean.
      const first = batch.index - (batch.index % accumulate);
      const part = 1 / Math.min(accumulate, this.batchesPerEpoch - first);
      if (batch.index + 1 === this.batchesPerEpoch) this.parts.expectValidation?.();
      group.loss += this.backward(batch, part);
      group.samples += batch.labels.length;
      if ((batch.index + 1) % accumulate === 0 || batch.index + 1 === this.batchesPerEpoch) {
        this.batch = batch.index + 1;
        this.finishStep(group);
        group = { loss: 0, samples: 0 };
      }
      // Lets the loader, messages and signals have their turn.
      await setImmediate();
      if (this.interruption && group.samples === 0) return false;
    }
    return true;
  }

  /** One optimiser step with the gradients that have come together. */
  private finishStep({ loss, samples }: { loss: number; samples: number }): void {
    const { optimiser, schedule, clipNorm } = this.parts;
    if (!Number.isFinite(loss)) {
      throw new OslerError('DIVERGED', `The training loss became ${loss} at step ${this.step + 1}.`, {
        hint: 'Lower optimiser.lr, add a warm-up (schedule.warmupEpochs=1) or clip the gradient (training.clipNorm=1).',
      });
    }
    const gradNorm = clipNorm === null ? undefined : optimiser.clip(clipNorm);
    const span = { stepsPerEpoch: this.stepsPerEpoch, totalSteps: this.stepsPerEpoch * this.epochs };
    const lr = optimiser.setFactor(rateFactor(schedule, this.step, span, this.plateau?.factor));
    optimiser.step();
    this.step += 1;
    this.images += samples;
    this.running.loss += loss * samples;
    this.running.samples += samples;
    const now = performance.now();
    this.trainSeconds += (now - this.lastStep) / 1000;
    const record: StepRecord = {
      type: 'step',
      step: this.step,
      epoch: this.epoch + 1,
      loss,
      lr,
      ...(gradNorm === undefined ? {} : { gradNorm: finite(gradNorm) }),
      imagesPerSecond: finite((samples / (now - this.lastStep)) * 1000),
      time: Date.now(),
    };
    this.lastStep = now;
    for (const c of this.parts.callbacks) c.onStep?.(this, record);
  }

  /** Adds the gradient of `part` of the batch's mean loss; returns that part of the loss. */
  private backward(batch: Batch, part: number): number {
    const { model, loss, upload, precision } = this.parts;
    return scope(() => {
      const x = upload.images(batch);
      const labels = upload.labels(batch);
      const targets = upload.targets(batch);
      const logits = autocast(precision === 'bf16' ? 'bf16' : 'off', () => model.forward(x, this.ops));
      const value = loss(logits, labels, targets);
      const scaled: Tensor = part === 1 ? value : call('aten::mul.Scalar', value, part);
      this.ops.backward(scaled);
      return scaled.item();
    });
  }

  private async validate(): Promise<Record<string, number | null>> {
    for (const c of this.parts.callbacks) c.onEvaluateStart?.();
    try {
      return await this.parts.validate(() => {
        if (this.interruption) throw new Interrupted();
      });
    } finally {
      for (const c of this.parts.callbacks) c.onEvaluateEnd?.();
    }
  }

  private endEpoch(val: Record<string, number | null>): EpochRecord {
    const { metric, direction } = this.parts;
    const value = val[metric];
    if (val.loss === null) {
      throw new OslerError('DIVERGED', `After epoch ${this.epoch + 1} the network's answers are not finite.`, {
        hint: 'Lower optimiser.lr, add a warm-up (schedule.warmupEpochs=1) or clip the gradient (training.clipNorm=1).',
      });
    }
    if (value === undefined || value === null) {
      throw new OslerError(
        'DATA_INVALID',
        `The validation metric '${metric}' cannot be computed on this validation split.`,
        {
          hint: `It needs samples of every class. Choose another with training.metric=${Object.keys(val).find((k) => val[k] !== null) ?? 'loss'}, or split the data again.`,
        },
      );
    }
    const best = improves(value, this.best?.value ?? null, direction);
    this.epoch += 1;
    this.batch = 0;
    if (best) this.best = { epoch: this.epoch, metric, value };
    this.plateau?.observe(value);
    const record: EpochRecord = {
      type: 'epoch',
      epoch: this.epoch,
      step: this.step,
      loss: finite(this.running.loss / this.running.samples),
      val,
      best,
      seconds: this.seconds,
      time: Date.now(),
    };
    this.running = { loss: 0, samples: 0 };
    this.lastStep = performance.now();
    this.done = this.epoch >= this.epochs;
    for (const c of this.parts.callbacks) c.onEpochEnd?.(this, record);
    return record;
  }

  save(names: readonly CheckpointName[]): void {
    const raw = new Map(this.parts.model.state().map((p) => [p.name, p.tensor!]));
    const training = new Map<string, Tensor>();
    for (const [name, tensor] of this.parts.optimiser.stateTensors()) training.set(`optimiser/${name}`, tensor);
    let model = raw;
    for (const c of this.parts.callbacks) {
      const own = c.tensors?.();
      if (own === undefined) continue;
      // An average stands in the model's place; the raw weights are only for going on.
      model = own;
      for (const [name, tensor] of raw) training.set(`raw/${name}`, tensor);
    }
    noGrad(() => this.parts.checkpoints.write(names, { model, training }, this.state()));
  }

  private state(): TrainingState {
    return {
      format: 'osler-checkpoint/1',
      run: this.parts.run,
      epoch: this.epoch,
      batch: this.batch,
      step: this.step,
      done: this.done,
      rng: Buffer.from(getRngState()).toString('base64'),
      optimiser: this.parts.optimiser.state(),
      running: { ...this.running },
      best: this.best,
      plateau: this.plateau?.state() ?? null,
      callbacks: Object.fromEntries(this.parts.callbacks.flatMap((c) => (c.state ? [[c.name, c.state()]] : []))),
      seconds: this.seconds,
      images: this.images,
      trainSeconds: this.trainSeconds,
    };
  }

  /** Goes on from a checkpoint: weights, optimiser, generator, position, and what callbacks remember. */
  restore(state: TrainingState, tensors: CheckpointTensors): void {
    const { model, optimiser, callbacks, run } = this.parts;
    if (state.run !== run) {
      throw new OslerError('DATA_INVALID', `The checkpoint is of run ${state.run}, not of ${run}.`);
    }
    const own = callbacks.find((c) => c.loadTensors !== undefined);
    own?.loadTensors?.(tensors.model);
    noGrad(() => {
      for (const p of model.state()) {
        const saved = own === undefined ? tensors.model.get(p.name) : tensors.training.get(`raw/${p.name}`);
        if (saved === undefined) throw new OslerError('DATA_INVALID', `The checkpoint lacks the weight ${p.name}.`);
        call('aten::copy_', p.tensor!, saved, false);
      }
    });
    const prefix = 'optimiser/';
    const moments = [...tensors.training].filter(([name]) => name.startsWith(prefix));
    optimiser.loadState(new Map(moments.map(([name, tensor]) => [name.slice(prefix.length), tensor])), state.optimiser);
    setRngState(Buffer.from(state.rng, 'base64'));
    this.epoch = state.epoch;
    this.batch = state.batch;
    this.step = state.step;
    this.done = state.done;
    this.running = { ...state.running };
    this.best = state.best;
    this.images = state.images;
    this.spent = state.seconds;
    this.trainSeconds = state.trainSeconds;
    if (state.plateau !== null) this.plateau?.loadState(state.plateau);
    for (const c of callbacks) if (c.name in state.callbacks) c.loadState?.(state.callbacks[c.name]);
  }
}
