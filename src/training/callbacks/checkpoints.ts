import type { EpochRecord } from '../log.ts';
import type { Callback, Fit } from './callback.ts';

export interface CheckpointsConfig {
  /** Seconds between checkpoints inside an epoch; 0 for none. */
  checkpointSeconds: number;
  /** Optimiser steps between checkpoints inside an epoch; 0 for none. */
  checkpointSteps: number;
}

/**
 * Decides when a checkpoint is written: at the end of each epoch (`last`, and `best` where it is), and inside an epoch after
 * so many seconds or steps. Stands last in the list, so that the state of all others is of the same moment.
 */
export class Checkpoints implements Callback {
  readonly name = 'checkpoints';
  private readonly config: CheckpointsConfig;
  private readonly now: () => number;
  private lastTime: number;
  private lastStep: number | undefined;

  constructor(config: CheckpointsConfig, now: () => number = () => performance.now()) {
    this.config = config;
    this.now = now;
    this.lastTime = now();
  }

  onStep(fit: Fit): void {
    this.lastStep ??= fit.step - 1;
    const { checkpointSeconds: seconds, checkpointSteps: steps } = this.config;
    const due =
      (seconds > 0 && this.now() - this.lastTime >= seconds * 1000) || (steps > 0 && fit.step - this.lastStep >= steps);
    if (due) this.save(fit, ['last']);
  }

  onEpochEnd(fit: Fit, record: EpochRecord): void {
    this.save(fit, record.best ? ['last', 'best'] : ['last']);
  }

  private save(fit: Fit, names: ('best' | 'last')[]): void {
    fit.save(names);
    this.lastTime = this.now();
    this.lastStep = fit.step;
  }
}
