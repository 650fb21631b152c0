import { OslerError } from '../errors.ts';
import type { Ops } from './ops.ts';
import type { Parameter } from './parameter.ts';

/**
 * A node of a network's tree: own parameters and named children. Names follow torchvision's, so that state dicts
 * can be exchanged. A module holds no tensor of its own beside its parameters and no mode: `Ops` carries that.
 */
export abstract class Module {
  readonly #parameters = new Map<string, Parameter>();
  readonly #children = new Map<string, Module>();

  /** Registers a parameter or buffer under its own name ("weight"). */
  protected parameter(name: string, parameter: Parameter): Parameter {
    this.#parameters.set(name, parameter);
    return parameter;
  }

  /** Registers a child under a name without dots. */
  protected child<M extends Module>(name: string, module: M): M {
    if (this.#children.has(name)) throw new OslerError('INTERNAL', `A module has two children named "${name}".`);
    this.#children.set(name, module);
    return module;
  }

  children(): ReadonlyMap<string, Module> {
    return this.#children;
  }

  /** Weights and buffers with their paths, in the order of PyTorch's state dict. */
  *entries(prefix = ''): Generator<[string, Parameter]> {
    for (const [name, parameter] of this.#parameters) yield [prefix + name, parameter];
    for (const [name, child] of this.#children) yield* child.entries(`${prefix}${name}.`);
  }

  /** What can be trained (frozen ones included), without buffers. */
  parameters(): Parameter[] {
    return [...this.entries()].map(([, p]) => p).filter((p) => !p.buffer);
  }

  /** Weights and buffers. */
  state(): Parameter[] {
    return [...this.entries()].map(([, p]) => p);
  }

  /** Number of trainable values, as torchvision counts them (no buffers). */
  parameterCount(): number {
    return this.parameters().reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0);
  }

  /** Gives every parameter its path as its name. Called once on the root. */
  seal(): this {
    for (const [path, parameter] of this.entries()) parameter.name = path;
    return this;
  }

  /** Frees all parameter tensors. */
  dispose(): void {
    for (const p of this.state()) {
      p.tensor?.dispose();
      p.tensor = undefined;
    }
  }
}

/** A module that maps one value to one value. */
export abstract class Layer extends Module {
  abstract forward<T>(x: T, ops: Ops<T>): T;
}

/**
 * Runs layers one after the other and releases each intermediate as soon as the next one has read it.
 * `segments`: each layer is a unit for gradient checkpointing.
 */
export function chain<T>(layers: Iterable<Layer>, x: T, ops: Ops<T>, segments = false): T {
  let current = x;
  for (const layer of layers) {
    const input = current;
    current = segments ? ops.checkpoint((h) => layer.forward(h, ops), input) : layer.forward(input, ops);
    if (input !== x && input !== current) ops.release?.(input);
  }
  return current;
}
