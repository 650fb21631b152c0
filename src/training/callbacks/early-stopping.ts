import { z } from 'zod';
import { onValidation } from '../../evaluation/metrics/words.ts';
import type { EpochRecord } from '../log.ts';
import { type Direction, improves } from '../schedules.ts';
import type { Callback, Fit } from './callback.ts';

export const EarlyStoppingConfig = z.strictObject({
  /** Epochs without improvement that are endured. */
  patience: z.int().min(1),
  /** What counts as an improvement, absolute. */
  minDelta: z.number().min(0).default(0),
});
export type EarlyStoppingConfig = z.infer<typeof EarlyStoppingConfig>;

const State = z.object({ best: z.number().nullable(), bad: z.int() });

/** Ends the training when the validation metric has not improved for `patience` epochs. Never looks at test data. */
export class EarlyStopping implements Callback {
  readonly name = 'earlyStopping';
  private readonly config: EarlyStoppingConfig;
  private readonly metric: string;
  private readonly direction: Direction;
  private best: number | null = null;
  private bad = 0;

  constructor(config: EarlyStoppingConfig, metric: string, direction: Direction) {
    this.config = config;
    this.metric = metric;
    this.direction = direction;
  }

  onEpochEnd(fit: Fit, record: EpochRecord): void {
    const value = record.val[this.metric] ?? Number.NaN;
    if (improves(value, this.best, this.direction, this.config.minDelta)) {
      this.best = value;
      this.bad = 0;
    } else if (++this.bad >= this.config.patience) {
      fit.stop(`${onValidation(this.metric)} has not improved for ${this.bad} epochs`);
    }
  }

  state(): unknown {
    return { best: this.best, bad: this.bad };
  }

  loadState(state: unknown): void {
    ({ best: this.best, bad: this.bad } = State.parse(state));
  }
}
