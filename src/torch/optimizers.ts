import { call } from './call.ts';
import { copy_ } from './create.ts';
import { Optimizer, type ParameterGroup, type Slot } from './optimizer.ts';
import type { Tensor } from './tensor.ts';

interface StepOptions {
  lr: number;
  weightDecay: number;
  step: number;
}

/** Gradients with weight decay as an L2 penalty: g + decay * p. */
function penalised(slots: readonly Slot[], weightDecay: number): Tensor[] {
  const gradients = slots.map((slot) => slot.gradient);
  if (weightDecay === 0) return gradients;
  return call(
    'aten::_foreach_add.List',
    gradients,
    slots.map((slot) => slot.parameter),
    weightDecay,
  );
}

export interface SGDOptions {
  /** Default 0: none. */
  momentum?: number;
  /** Looks ahead along the momentum (Nesterov 1983, as in torch.optim.SGD). */
  nesterov?: boolean;
}

/** Stochastic gradient descent as in torch.optim.SGD (dampening 0). */
export class SGD extends Optimizer {
  protected readonly kind = 'sgd';
  readonly #momentum: number;
  readonly #nesterov: boolean;

  constructor(groups: readonly ParameterGroup[], options: SGDOptions = {}) {
    super(groups);
    this.#momentum = options.momentum ?? 0;
    this.#nesterov = options.nesterov ?? false;
  }

  protected override update(slots: readonly Slot[], { lr, weightDecay }: StepOptions): void {
    let direction = penalised(slots, weightDecay);
    if (this.#momentum !== 0) {
      const buffers = slots.map(({ index, parameter }, i) => {
        if (this.hasBuffer('momentum', index)) {
          return { buffer: this.buffer('momentum', index, parameter), gradient: direction[i] as Tensor, first: false };
        }
        return { buffer: this.buffer('momentum', index, parameter), gradient: direction[i] as Tensor, first: true };
      });
      for (const { buffer, gradient } of buffers.filter(({ first }) => first)) copy_(buffer, gradient);
      const later = buffers.filter(({ first }) => !first);
      if (later.length > 0) {
        const old = later.map(({ buffer }) => buffer);
        call('aten::_foreach_mul_.Scalar', old, this.#momentum);
        call(
          'aten::_foreach_add_.List',
          old,
          later.map(({ gradient }) => gradient),
          1,
        );
      }
      const momentum = buffers.map(({ buffer }) => buffer);
      direction = this.#nesterov ? call('aten::_foreach_add.List', direction, momentum, this.#momentum) : momentum;
    }
    call(
      'aten::_foreach_add_.List',
      slots.map((slot) => slot.parameter),
      direction,
      -lr,
    );
  }
}

export interface AdamOptions {
  /** Decay of the averages of gradient and squared gradient; default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Default 1e-8. */
  eps?: number;
}

/** Adam (Kingma & Ba 2015) as in torch.optim.Adam; weight decay is an L2 penalty. */
export class Adam extends Optimizer {
  protected readonly kind: string = 'adam';
  readonly #betas: readonly [number, number];
  readonly #eps: number;

  constructor(groups: readonly ParameterGroup[], options: AdamOptions = {}) {
    super(groups);
    this.#betas = options.betas ?? [0.9, 0.999];
    this.#eps = options.eps ?? 1e-8;
  }

  protected override update(slots: readonly Slot[], { lr, weightDecay, step }: StepOptions): void {
    this.descend(slots, penalised(slots, weightDecay), { lr, weightDecay: 0, step });
  }

  /** One step; `weightDecay` is taken off the parameters themselves. One operator of the bridge's, which walks the memory once. */
  protected descend(
    slots: readonly Slot[],
    gradients: readonly Tensor[],
    { lr, weightDecay, step }: StepOptions,
  ): void {
    call(
      'osler::adam_',
      slots.map((slot) => slot.parameter),
      gradients,
      slots.map(({ index, parameter }) => this.buffer('mean', index, parameter)),
      slots.map(({ index, parameter }) => this.buffer('square', index, parameter)),
      lr,
      ...this.#betas,
      this.#eps,
      weightDecay,
      step,
    );
  }
}

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019) as in torch.optim.AdamW. */
export class AdamW extends Adam {
  protected override readonly kind = 'adamw';

  protected override update(slots: readonly Slot[], options: StepOptions): void {
    this.descend(
      slots,
      slots.map((slot) => slot.gradient),
      options,
    );
  }
}
