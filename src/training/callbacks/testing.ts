import type { EpochRecord, StepRecord } from '../log.ts';
import type { Fit } from './callback.ts';

/** A training that does nothing but remember what callbacks asked of it. */
export class FakeFit implements Fit {
  epoch = 0;
  step = 0;
  batch = 0;
  epochs = 10;
  batchesPerEpoch = 4;
  stopped: string[] = [];
  saved: string[] = [];

  stop(reason: string): void {
    this.stopped.push(reason);
  }

  save(names: readonly ('best' | 'last')[]): void {
    this.saved.push(`${this.step}: ${names.join(' ')}`);
  }

  /** One optimiser step further. */
  next(values: Partial<StepRecord> = {}): StepRecord {
    this.step += 1;
    this.batch += 1;
    const record = {
      type: 'step',
      step: this.step,
      epoch: this.epoch + 1,
      loss: 1,
      lr: 0.1,
      imagesPerSecond: 100,
      time: 0,
    };
    return { ...record, ...values } as StepRecord;
  }

  /** The end of an epoch with these validation metrics. */
  end(val: Record<string, number | null>, best = false): EpochRecord {
    this.epoch += 1;
    this.batch = 0;
    return { type: 'epoch', epoch: this.epoch, step: this.step, loss: 1, val, best, seconds: 1, time: 0 };
  }
}
