import { z } from 'zod';
import type { Parameter } from '../nn/parameter.ts';
import { Adam, AdamW, clipGradNorm, SGD, type Tensor } from '../torch/index.ts';

const common = {
  /** Highest rate of the schedule, for the head; the backbone's is `backboneRate` times it. */
  lr: z.number().positive(),
  weightDecay: z.number().min(0).default(0),
  /** Also decay BatchNorm's parameters and biases, which is seldom wanted. */
  decayAll: z.boolean().default(false),
  /** Part of the rate that pretrained layers get; 1 for a network that starts from nothing. */
  backboneRate: z.number().positive().max(1).default(1),
};
const adam = {
  ...common,
  beta1: z.number().min(0).max(0.9999).default(0.9),
  beta2: z.number().min(0).max(0.99999).default(0.999),
  eps: z.number().positive().default(1e-8),
};

export const OptimiserConfig = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sgd'),
    ...common,
    momentum: z.number().min(0).max(0.9999).default(0.9),
    nesterov: z.boolean().default(true),
  }),
  z.strictObject({ kind: z.literal('adam'), ...adam }),
  /** Weight decay apart from the gradient (Loshchilov and Hutter 2019). */
  z.strictObject({ kind: z.literal('adamw'), ...adam }),
]);
export type OptimiserConfig = z.infer<typeof OptimiserConfig>;

/** The engine's optimiser with a recipe's rates: groups for head and backbone, with and without decay. */
export class Optimiser {
  readonly config: OptimiserConfig;
  private readonly engine: SGD | Adam | AdamW;
  private readonly rates: number[];
  private readonly tensors: Tensor[];

  constructor(config: OptimiserConfig, parameters: readonly Parameter[], headPrefix: string) {
    this.config = config;
    const groups = new Map<string, { tensors: Tensor[]; lr: number; weightDecay: number }>();
    for (const p of parameters) {
      const rate = p.name.startsWith(headPrefix) ? 1 : config.backboneRate;
      const weightDecay = config.decayAll || p.shape.length > 1 ? config.weightDecay : 0;
      const key = `${rate} ${weightDecay}`;
      const group = groups.get(key) ?? { tensors: [], lr: config.lr * rate, weightDecay };
      group.tensors.push(p.tensor!);
      groups.set(key, group);
    }
    const list = [...groups.values()];
    this.rates = list.map((g) => g.lr);
    this.tensors = parameters.map((p) => p.tensor!);
    this.engine = build(config, list);
  }

  /** Sets the rates to `factor` times the recipe's. Returns the head's. */
  setFactor(factor: number): number {
    for (const [i, rate] of this.rates.entries()) this.engine.setLr(i, rate * factor);
    return this.config.lr * factor;
  }

  /** Scales the whole gradient to at most `max`; returns its norm before that. */
  clip(max: number): number {
    return clipGradNorm(this.tensors, max);
  }

  step(): void {
    this.engine.step();
    this.engine.zeroGrad();
  }

  zeroGrad(): void {
    this.engine.zeroGrad();
  }

  stateTensors(): Map<string, Tensor> {
    return this.engine.stateTensors();
  }

  state(): unknown {
    return this.engine.state();
  }

  loadState(tensors: Map<string, Tensor>, state: unknown): void {
    this.engine.loadState(tensors, state);
  }
}

function build(
  config: OptimiserConfig,
  groups: { tensors: Tensor[]; lr: number; weightDecay: number }[],
): SGD | Adam | AdamW {
  if (config.kind === 'sgd') return new SGD(groups, { momentum: config.momentum, nesterov: config.nesterov });
  const options = { betas: [config.beta1, config.beta2] as [number, number], eps: config.eps };
  return config.kind === 'adam' ? new Adam(groups, options) : new AdamW(groups, options);
}
