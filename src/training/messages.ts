import type { PreprocessSpec } from '../data/preprocess-spec.ts';
import type { Split } from '../data/sample.ts';
import type { ErrorCode } from '../errors.ts';
import type { Progress } from '../progress.ts';
import type { RunRecord } from '../store/run.ts';
import type { TrainConfig } from './config.ts';
import type { EpochRecord, MetricRow } from './log.ts';
import type { LrFinding } from './lr-finder.ts';
import type { Answers } from './measure.ts';

/** What both kinds of work need to know of a run. */
interface Common {
  home: string;
  run: string;
  config: TrainConfig;
  /** `name@version` of the dataset. */
  dataset: string;
  /** Null: as many as the machine has cores. A resumed or reproduced run takes what its record says. */
  threads: number | null;
}

export interface TrainJob extends Common {
  kind: 'train';
  /** Where log, curves and checkpoints go: the run's own folder, or another for a reproduction. */
  folder: string;
  title: string;
  /** Of a recorded run that goes on, else null: then it follows from the recipe and the pretrained weights. */
  preprocess: PreprocessSpec | null;
  /** After each epoch, ask the parent whether to go on. */
  asks: boolean;
}

export interface InferJob extends Common {
  kind: 'infer';
  folder: string;
  preprocess: PreprocessSpec;
  labels: string[];
  split: Split;
  /** Only these samples of the split; null for all. */
  ids: string[] | null;
  checkpoint: 'best' | 'last';
}

export interface FindLrJob extends Common {
  kind: 'findLr';
}

export type Job = TrainJob | InferJob | FindLrJob;

/** What decides a result's last bits, beside the code. */
export const ENGINE_FACTS = ['libtorch', 'capability', 'threads', 'device', 'bf16Convolutions'] as const;

/** What the training process finds out before the first step. */
export interface Ready {
  engine: RunRecord['engine'];
  preprocess: PreprocessSpec;
  parameters: number;
}

export interface TrainResult {
  outcome: 'finished' | 'interrupted';
  best: { epoch: number; metric: string; value: number } | null;
  epochs: number;
  stopped: string | null;
  seconds: number;
  imagesPerSecond: number;
}

export interface Results {
  train: TrainResult;
  infer: Answers;
  findLr: LrFinding;
}

export type ToParent =
  | { type: 'progress'; progress: Progress }
  | { type: 'line'; text: string }
  | { type: 'warning'; text: string }
  | { type: 'ready'; ready: Ready }
  | { type: 'rows'; rows: MetricRow[] }
  | { type: 'epoch'; record: EpochRecord }
  | { type: 'result'; result: Results[keyof Results] }
  | { type: 'error'; error: { code: ErrorCode | null; message: string; hint?: string; stack?: string } };

export type ToChild = { type: 'job'; job: Job } | { type: 'stop' } | { type: 'answer'; proceed: boolean };
