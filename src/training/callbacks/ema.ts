import { z } from 'zod';
import type { Parameter } from '../../nn/parameter.ts';
import { call, keep, noGrad, scope, type Tensor } from '../../torch/index.ts';
import type { Callback, Fit } from './callback.ts';

export const EmaConfig = z.strictObject({
  /** Part of the average that is kept at each step. Early steps keep less: min(decay, (1 + step) / (10 + step)). */
  decay: z.number().min(0).max(0.999999).default(0.999),
});
export type EmaConfig = z.infer<typeof EmaConfig>;

/**
 * Exponential moving average of the weights and of BatchNorm's statistics (Polyak averaging; decay ramp as in TensorFlow).
 * The average is what is evaluated, kept as best and served; the training goes on with the raw weights.
 */
export class Ema implements Callback {
  readonly name = 'ema';
  private readonly config: EmaConfig;
  private readonly state_: readonly Parameter[];
  /** In the order of the parameters. */
  private average: Tensor[];

  /** `parameters`: weights and buffers; those that are not floating point (counters) are copied. */
  constructor(config: EmaConfig, parameters: readonly Parameter[]) {
    this.config = config;
    this.state_ = parameters;
    this.average = parameters.map((p) => copy(p.tensor!));
  }

  onStep(fit: Fit): void {
    const decay = Math.min(this.config.decay, (1 + fit.step) / (10 + fit.step));
    noGrad(() =>
      scope(() => {
        const shadow: Tensor[] = [];
        const raw: Tensor[] = [];
        for (const [i, p] of this.state_.entries()) {
          if (p.dtype === 'f32') {
            shadow.push(this.average[i]!);
            raw.push(p.tensor!.detach());
          } else {
            call('aten::copy_', this.average[i]!, p.tensor!, false);
          }
        }
        call('aten::_foreach_mul_.Scalar', shadow, decay);
        call('aten::_foreach_add_.List', shadow, raw, 1 - decay);
      }),
    );
  }

  onEvaluateStart(): void {
    this.exchange();
  }

  onEvaluateEnd(): void {
    this.exchange();
  }

  /** The network's parameters point at the average, and the average's places hold the raw weights, or back again. */
  private exchange(): void {
    for (const [i, p] of this.state_.entries()) [p.tensor, this.average[i]] = [this.average[i]!, p.tensor!];
  }

  tensors(): Map<string, Tensor> {
    return new Map(this.state_.map((p, i) => [p.name, this.average[i]!]));
  }

  loadTensors(tensors: Map<string, Tensor>): void {
    noGrad(() => {
      for (const [i, p] of this.state_.entries()) call('aten::copy_', this.average[i]!, tensors.get(p.name)!, false);
    });
  }
}

function copy(tensor: Tensor): Tensor {
  return noGrad(() => keep(call('aten::clone', tensor.detach(), null)));
}
