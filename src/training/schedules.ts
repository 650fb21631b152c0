import { z } from 'zod';

const warmup = {
  /** Epochs (a fraction is allowed) over which the rate rises in a line before the schedule proper begins. */
  warmupEpochs: z.number().min(0).default(0),
  /** Part of the base rate at the first step of the warm-up. */
  warmupFrom: z.number().min(0).max(1).default(0.01),
};

/** How the learning rate moves during a training. The base rate is the optimiser's `lr`; a schedule gives a factor on it. */
export const ScheduleConfig = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), ...warmup }),
  /** Times `factor` every `everyEpochs` epochs. */
  z.strictObject({
    kind: z.literal('step'),
    everyEpochs: z.int().positive().default(10),
    factor: z.number().positive().max(1).default(0.1),
    ...warmup,
  }),
  /** Times `factor` every epoch. */
  z.strictObject({ kind: z.literal('exponential'), factor: z.number().positive().max(1).default(0.95), ...warmup }),
  /** From the base rate to `minFactor` of it along half a cosine (Loshchilov and Hutter 2017, without restarts). */
  z.strictObject({ kind: z.literal('cosine'), minFactor: z.number().min(0).max(1).default(0), ...warmup }),
  /** Times `factor` when the validation metric has not improved for more than `patience` epochs. */
  z.strictObject({
    kind: z.literal('plateau'),
    factor: z.number().positive().max(1).default(0.1),
    patience: z.int().min(0).default(5),
    threshold: z.number().min(0).default(1e-4),
    minFactor: z.number().min(0).max(1).default(0),
    ...warmup,
  }),
  /** Up to the base rate and down again, both along half a cosine (Smith and Topin 2018, as torch.optim.lr_scheduler.OneCycleLR). */
  z.strictObject({
    kind: z.literal('oneCycle'),
    pctStart: z.number().min(0).max(1).default(0.3),
    divFactor: z.number().min(1).default(25),
    finalDivFactor: z.number().min(1).default(1e4),
    ...warmup,
  }),
]);
export type ScheduleConfig = z.infer<typeof ScheduleConfig>;

/** Lengths of the training the schedule is for, in optimiser steps. */
export interface Span {
  stepsPerEpoch: number;
  totalSteps: number;
}

/**
 * The factor on the base rate for optimiser step `step` (from 0). A pure function of its arguments, so that a resumed run
 * needs no state; the plateau's factor, which depends on the metric, comes from `Plateau`.
 */
export function rateFactor(config: ScheduleConfig, step: number, span: Span, plateau = 1): number {
  const warmupSteps = Math.min(Math.round(config.warmupEpochs * span.stepsPerEpoch), span.totalSteps);
  if (step < warmupSteps) return config.warmupFrom + (1 - config.warmupFrom) * ((step + 1) / (warmupSteps + 1));
  const t = step - warmupSteps;
  const total = Math.max(span.totalSteps - warmupSteps, 1);
  const epoch = Math.floor(t / span.stepsPerEpoch);
  switch (config.kind) {
    case 'constant':
      return 1;
    case 'step':
      return config.factor ** Math.floor(epoch / config.everyEpochs);
    case 'exponential':
      return config.factor ** epoch;
    case 'cosine':
      return cosineBetween(1, config.minFactor, Math.min(t / total, 1));
    case 'plateau':
      return Math.max(plateau, config.minFactor);
    case 'oneCycle': {
      const start = 1 / config.divFactor;
      const peak = config.pctStart * total - 1;
      if (t <= peak) return cosineBetween(start, 1, peak <= 0 ? 1 : t / peak);
      const rest = total - 1 - peak;
      return cosineBetween(1, start / config.finalDivFactor, rest <= 0 ? 1 : Math.min((t - peak) / rest, 1));
    }
  }
}

function cosineBetween(from: number, to: number, part: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;
}

/** Whether a larger value of the metric is the better one. */
export type Direction = 'max' | 'min';

/** True when `value` beats `best` by more than `threshold` (a part of |best|, or absolute). */
export function improves(
  value: number,
  best: number | null,
  direction: Direction,
  threshold = 0,
  relative = false,
): boolean {
  if (Number.isNaN(value)) return false;
  if (best === null) return true;
  const margin = relative ? threshold * Math.abs(best) : threshold;
  return direction === 'max' ? value > best + margin : value < best - margin;
}

/** The state of a plateau schedule: as torch.optim.lr_scheduler.ReduceLROnPlateau in its relative mode. */
export class Plateau {
  private readonly config: Extract<ScheduleConfig, { kind: 'plateau' }>;
  private readonly direction: Direction;
  private best: number | null = null;
  private bad = 0;
  factor = 1;

  constructor(config: Extract<ScheduleConfig, { kind: 'plateau' }>, direction: Direction) {
    this.config = config;
    this.direction = direction;
  }

  /** To be called once an epoch with the validation metric. */
  observe(value: number): void {
    if (improves(value, this.best, this.direction, this.config.threshold, true)) {
      this.best = value;
      this.bad = 0;
    } else if (++this.bad > this.config.patience) {
      this.factor = Math.max(this.factor * this.config.factor, this.config.minFactor);
      this.bad = 0;
    }
  }

  state(): { best: number | null; bad: number; factor: number } {
    return { best: this.best, bad: this.bad, factor: this.factor };
  }

  loadState(state: { best: number | null; bad: number; factor: number }): void {
    this.best = state.best;
    this.bad = state.bad;
    this.factor = state.factor;
  }
}
