import type { OnProgress } from '../../progress.ts';
import type { EpochRecord, StepRecord } from '../log.ts';
import type { Callback, Fit } from './callback.ts';

/** Tells how far the training is: a bar for each epoch with loss, img/s and the time left of the whole; a line at its end. */
export class ProgressReport implements Callback {
  readonly name = 'progress';
  private readonly onProgress: OnProgress;
  private readonly onLine: (text: string) => void;
  private readonly now: () => number;
  private lastSent = Number.NEGATIVE_INFINITY;
  private loss = Number.NaN;
  private rate = Number.NaN;
  private started: { time: number; done: number } | undefined;

  constructor(onProgress: OnProgress, onLine: (text: string) => void, now: () => number = () => performance.now()) {
    this.onProgress = onProgress;
    this.onLine = onLine;
    this.now = now;
  }

  onEpochStart(fit: Fit): void {
    this.started ??= { time: this.now(), done: progressOf(fit) };
  }

  onStep(fit: Fit, record: StepRecord): void {
    this.loss = mixed(this.loss, record.loss);
    this.rate = mixed(this.rate, record.imagesPerSecond);
    const last = fit.batch >= fit.batchesPerEpoch;
    if (!last && this.now() - this.lastSent < 200) return;
    this.lastSent = this.now();
    const note = `loss ${this.loss.toFixed(4)}  ${this.rate.toFixed(this.rate < 10 ? 1 : 0)} img/s  ${this.left(fit)} left`;
    this.onProgress({ task: `epoch ${record.epoch}/${fit.epochs}`, done: fit.batch, total: fit.batchesPerEpoch, note });
  }

  onEpochEnd(fit: Fit, record: EpochRecord): void {
    const val = Object.entries(record.val).map(([name, value]) => `${name} ${value?.toFixed(4) ?? 'none'}`);
    this.onLine(
      `epoch ${record.epoch}/${fit.epochs}  loss ${record.loss?.toFixed(4) ?? 'none'}  val ${val.join('  ')}  ${this.left(fit)} left${record.best ? '  best' : ''}`,
    );
  }

  /** By the mean pace since this process began, validation and waiting included. */
  private left(fit: Fit): string {
    if (this.started === undefined) return '?';
    const done = progressOf(fit) - this.started.done;
    const pace = (this.now() - this.started.time) / done;
    return duration((pace * (fit.epochs - progressOf(fit))) / 1000);
  }
}

/** Epochs done, with a fraction for the present one. */
function progressOf(fit: Fit): number {
  return fit.epoch + fit.batch / fit.batchesPerEpoch;
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
