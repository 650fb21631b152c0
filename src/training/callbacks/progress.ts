import type { Size } from '../../data/preprocess-spec.ts';
import type { OnProgress } from '../../progress.ts';
import type { EpochRecord, StepRecord } from '../log.ts';
import type { Callback, Fit } from './callback.ts';

/** Tells how far the training is: a bar for each epoch with loss, img/s and the time left of the whole; a line at its end. Sizes are told where they grow. */
export class ProgressReport implements Callback {
  readonly name = 'progress';
  private readonly onProgress: OnProgress;
  private readonly onLine: (text: string) => void;
  private readonly sizeAt: ((epoch: number) => Size) | undefined;
  private readonly now: () => number;
  private lastSent = Number.NEGATIVE_INFINITY;
  private loss = Number.NaN;
  private rate = Number.NaN;
  private started: { time: number; done: number } | undefined;

  constructor(
    onProgress: OnProgress,
    onLine: (text: string) => void,
    options: { sizeAt?: ((epoch: number) => Size) | undefined; now?: () => number } = {},
  ) {
    this.onProgress = onProgress;
    this.onLine = onLine;
    this.sizeAt = options.sizeAt;
    this.now = options.now ?? (() => performance.now());
  }

  onEpochStart(fit: Fit): void {
    this.started ??= { time: this.now(), done: this.workOf(fit) };
  }

  onStep(fit: Fit, record: StepRecord): void {
    this.loss = mixed(this.loss, record.loss);
    this.rate = mixed(this.rate, record.imagesPerSecond);
    const last = fit.batch >= fit.batchesPerEpoch;
    if (!last && this.now() - this.lastSent < 200) return;
    this.lastSent = this.now();
    const note = `${this.sizeWords(fit.epoch)}loss ${this.loss.toFixed(4)}  ${this.rate.toFixed(this.rate < 10 ? 1 : 0)} img/s  ${this.left(fit)} left`;
    this.onProgress({ task: `epoch ${record.epoch}/${fit.epochs}`, done: fit.batch, total: fit.batchesPerEpoch, note });
  }

  onEpochEnd(fit: Fit, record: EpochRecord): void {
    const val = Object.entries(record.val).map(([name, value]) => `${name} ${value?.toFixed(4) ?? 'none'}`);
    this.onLine(
      `epoch ${record.epoch}/${fit.epochs}  ${this.sizeWords(record.epoch - 1)}loss ${record.loss?.toFixed(4) ?? 'none'}  val ${val.join('  ')}  ${this.left(fit)} left${record.best ? '  best' : ''}`,
    );
  }

  /** By the mean pace since this process began, validation and waiting included. */
  private left(fit: Fit): string {
    if (this.started === undefined) return '?';
    const done = this.workOf(fit);
    const pace = (this.now() - this.started.time) / (done - this.started.done);
    return duration((pace * (this.workOfEpochs(fit.epochs) - done)) / 1000);
  }

  /** What is done, with a fraction for the present epoch. */
  private workOf(fit: Fit): number {
    return this.workOfEpochs(fit.epoch) + this.workOfEpoch(fit.epoch) * (fit.batch / fit.batchesPerEpoch);
  }

  private workOfEpochs(count: number): number {
    let sum = 0;
    for (let epoch = 0; epoch < count; epoch++) sum += this.workOfEpoch(epoch);
    return sum;
  }

  /** An epoch takes time by its pixels. */
  private workOfEpoch(epoch: number): number {
    const size = this.sizeAt?.(epoch);
    return size === undefined ? 1 : size.height * size.width;
  }

  private sizeWords(epoch: number): string {
    const size = this.sizeAt?.(epoch);
    return size === undefined ? '' : `${size.height}x${size.width} px  `;
  }
}

function mixed(before: number, value: number | null): number {
  if (value === null) return before;
  return Number.isNaN(before) ? value : 0.9 * before + 0.1 * value;
}

/** Seconds as `1:02:03` or `2:03`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
