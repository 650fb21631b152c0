import type { Tensor } from '../../torch/index.ts';
import type { EpochRecord, StepRecord } from '../log.ts';

/** What a callback may see and do of the training that it is part of. */
export interface Fit {
  /** Epochs that are done. */
  readonly epoch: number;
  /** Optimiser steps that are done. */
  readonly step: number;
  readonly epochs: number;
  readonly batchesPerEpoch: number;
  /** Batches of the present epoch that are done. */
  readonly batch: number;
  /** Ends the training after this epoch, as if all epochs were done. */
  stop(reason: string): void;
  /** Writes a checkpoint and points these names at it. */
  save(names: readonly ('best' | 'last')[]): void;
}

/** Joins a training at fixed points. All methods are optional; they are called in the order in which callbacks are listed. */
export interface Callback {
  /** Under this name its state stands in a checkpoint. */
  readonly name: string;
  /** Before the first batch of an epoch, and again when a resumed run enters an epoch in its middle. */
  onEpochStart?(fit: Fit): void;
  /** After an optimiser step. */
  onStep?(fit: Fit, record: StepRecord): void;
  /** After validation. `record.best` is settled, `fit.epoch` counts the epoch as done and `fit.batch` is 0. */
  onEpochEnd?(fit: Fit, record: EpochRecord): void;
  /** Before and after the network is evaluated: weights may be exchanged in between. */
  onEvaluateStart?(): void;
  onEvaluateEnd?(): void;
  /** JSON that a resumed run goes on from. */
  state?(): unknown;
  loadState?(state: unknown): void;
  /** Tensors that a resumed run goes on from. */
  tensors?(): Map<string, Tensor>;
  loadTensors?(tensors: Map<string, Tensor>): void;
}
