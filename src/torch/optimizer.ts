import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { noGrad } from './autograd.ts';
import { call } from './call.ts';
import { copy_ } from './create.ts';
import { keep, scope } from './lifetime.ts';
import { loadEngine } from './native.ts';
import { Tensor } from './tensor.ts';

/** Parameters that share their settings. */
export interface ParameterGroup {
  tensors: readonly Tensor[];
  /** Learning rate, > 0 or 0. */
  lr: number;
  /** Default 0. */
  weightDecay?: number;
}

/** One parameter that has a gradient, with its place in the flat order of all groups. */
export interface Slot {
  index: number;
  parameter: Tensor;
  gradient: Tensor;
}

/** Numbers of parameters that are updated together: what an update needs beside them is then as small, and found in the processor's caches. */
const PIECE = 1 << 20;

/** Slots in their order, in runs of about `PIECE` numbers. */
function pieces(slots: readonly Slot[]): Slot[][] {
  const found: Slot[][] = [];
  let room = 0;
  for (const slot of slots) {
    const { numel } = slot.parameter;
    // The first may have no numbers at all.
    if (found.length === 0 || numel > room) {
      found.push([]);
      room = PIECE;
    }
    found.at(-1)!.push(slot);
    room -= numel;
  }
  return found;
}

const StateSchema = z.object({
  kind: z.string(),
  lr: z.array(z.number()),
  /** Steps that each parameter has taken: one that was frozen has taken fewer. */
  steps: z.array(z.int().nonnegative()),
});

/** What is not a tensor in an optimiser's state; JSON. */
export type OptimizerState = z.infer<typeof StateSchema>;

/**
 * What all optimisers share: groups, gradients, and state that can be saved. Parameters without a gradient are left alone.
 * A step is a few operators on lists (`_foreach`, or the bridge's own) over the parameters of a group, piece by piece.
 */
export abstract class Optimizer {
  protected abstract readonly kind: string;
  readonly groups: { tensors: readonly Tensor[]; lr: number; weightDecay: number }[];
  readonly #steps: number[];
  /** Buffers by name, then by the parameter's flat index. */
  readonly #buffers = new Map<string, (Tensor | undefined)[]>();

  constructor(groups: readonly ParameterGroup[]) {
    this.groups = groups.map((group) => ({
      tensors: [...group.tensors],
      lr: group.lr,
      weightDecay: group.weightDecay ?? 0,
    }));
    const all = this.#parameters();
    if (all.length === 0) throw new OslerError('USAGE', 'An optimiser was given no parameters.');
    if (new Set(all).size !== all.length) throw new OslerError('USAGE', 'A parameter stands in an optimiser twice.');
    this.#steps = all.map(() => 0);
  }

  /** Updates parameters of one group that have taken the same number of steps, this one counted. No gradient is recorded. */
  protected abstract update(slots: readonly Slot[], options: { lr: number; weightDecay: number; step: number }): void;

  /** One step on the gradients that `backward` left. */
  step(): void {
    noGrad(() =>
      scope(() => {
        let start = 0;
        for (const group of this.groups) {
          const gradients = loadEngine().gradientsOf(group.tensors.map((tensor) => tensor.handle));
          const bySteps = new Map<number, Slot[]>();
          for (const [i, handle] of gradients.entries()) {
            if (handle < 0) continue;
            const index = start + i;
            const step = (this.#steps[index] as number) + 1;
            this.#steps[index] = step;
            const slots = bySteps.get(step) ?? [];
            slots.push({ index, parameter: group.tensors[i] as Tensor, gradient: new Tensor(handle) });
            bySteps.set(step, slots);
          }
          for (const [step, slots] of bySteps)
            for (const piece of pieces(slots))
              scope(() => this.update(piece, { lr: group.lr, weightDecay: group.weightDecay, step }));
          start += group.tensors.length;
        }
      }),
    );
  }

  /** Drops all gradients. */
  zeroGrad(): void {
    loadEngine().clearGradients(this.#parameters().map((tensor) => tensor.handle));
  }

  setLr(group: number, lr: number): void {
    const found = this.groups[group];
    if (!found) throw new OslerError('USAGE', `The optimiser has ${this.groups.length} groups, not a group ${group}.`);
    found.lr = lr;
  }

  /** Buffers such as momentum, by `name.index` with the parameter's flat index; they stay the optimiser's own. */
  stateTensors(): Map<string, Tensor> {
    const found = new Map<string, Tensor>();
    for (const [name, buffers] of this.#buffers) {
      for (const [index, buffer] of buffers.entries()) if (buffer) found.set(`${name}.${index}`, buffer);
    }
    return found;
  }

  state(): OptimizerState {
    return { kind: this.kind, lr: this.groups.map((group) => group.lr), steps: [...this.#steps] };
  }

  /**
   * Takes up a saved state; the tensors are copied.
   * @throws OslerError WEIGHTS_INVALID when it is not of this kind of optimiser over these parameters.
   */
  loadState(tensors: ReadonlyMap<string, Tensor>, state: unknown): void {
    const checked = StateSchema.safeParse(state);
    const parameters = this.#parameters();
    const fits =
      checked.success &&
      checked.data.kind === this.kind &&
      checked.data.lr.length === this.groups.length &&
      checked.data.steps.length === parameters.length;
    if (!fits) {
      throw new OslerError(
        'WEIGHTS_INVALID',
        `The saved state is not one of ${this.kind} over ${parameters.length} parameters.`,
        {
          hint: 'Resume with the recipe that the run was started with.',
        },
      );
    }
    for (const [i, lr] of checked.data.lr.entries()) this.setLr(i, lr);
    for (const [i, steps] of checked.data.steps.entries()) this.#steps[i] = steps;
    for (const [name, tensor] of tensors) {
      const [buffer = '', index = ''] = name.split('.');
      const parameter = parameters[Number(index)];
      if (!parameter || buffer === '')
        throw new OslerError('WEIGHTS_INVALID', `The saved state has an unknown tensor ${name}.`);
      noGrad(() => copy_(this.buffer(buffer, Number(index), parameter), tensor));
    }
  }

  /** Frees the buffers. The parameters are not the optimiser's to free. */
  dispose(): void {
    for (const buffers of this.#buffers.values()) for (const buffer of buffers) buffer?.dispose();
    this.#buffers.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  protected hasBuffer(name: string, index: number): boolean {
    return this.#buffers.get(name)?.[index] !== undefined;
  }

  /** A parameter's own buffer, zeros in its shape and layout at first. */
  protected buffer(name: string, index: number, parameter: Tensor): Tensor {
    let buffers = this.#buffers.get(name);
    if (!buffers) {
      buffers = [];
      this.#buffers.set(name, buffers);
    }
    const known = buffers[index];
    if (known) return known;
    const made = keep(
      call('aten::zeros_like', parameter.detach(), undefined, undefined, undefined, undefined, 'preserve') as Tensor,
    );
    buffers[index] = made;
    return made;
  }

  #parameters(): Tensor[] {
    return this.groups.flatMap((group) => group.tensors);
  }
}
