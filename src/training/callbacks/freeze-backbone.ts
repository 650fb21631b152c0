import { type Classifier, freezeBackbone, unfreeze } from '../../models/index.ts';
import type { Callback, Fit } from './callback.ts';

export interface FreezeConfig {
  freeze: 'none' | 'backbone';
  freezeEpochs: number;
}

/** Trains the head alone, for the first epochs or throughout. What is frozen follows from the epoch, so it needs no state. */
export class FreezeBackbone implements Callback {
  readonly name = 'freeze';
  private readonly config: FreezeConfig;
  private readonly model: Classifier;

  constructor(config: FreezeConfig, model: Classifier) {
    this.config = config;
    this.model = model;
  }

  onEpochStart(fit: Fit): void {
    if (this.config.freeze === 'backbone' || fit.epoch < this.config.freezeEpochs) freezeBackbone(this.model);
    else unfreeze(this.model);
  }
}
