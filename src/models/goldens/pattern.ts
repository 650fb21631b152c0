import type { Module } from '../../nn/module.ts';
import { loadState } from '../../nn/state.ts';
import { fromArray, scope, type Tensor } from '../../torch/index.ts';

/** The formula of pattern.py: weights and inputs that both sides can compute, so that none has to be stored. */
const PERIOD = 65521;

/** `count` values in [-1, 1), repeating after PERIOD, scaled to middle +- half. */
export function pattern(name: string, count: number, middle = 0, half = 1): Float32Array {
  let seed = 0x811c9dc5;
  for (const byte of Buffer.from(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  const values = new Float32Array(count);
  const block = Math.min(count, PERIOD);
  for (let i = 0; i < block; i++) {
    let h = (seed + Math.imul(i, 0x9e3779b9)) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
    values[i] = middle + half * ((h >>> 8) / 2 ** 23 - 1);
  }
  for (let done = block; done < count; done *= 2) values.copyWithin(done, 0, Math.min(done, count - done));
  return values;
}

function rangeOf(name: string, shape: readonly number[], gain: number): [middle: number, half: number] {
  if (name.endsWith('running_var')) return [1, 0.25];
  if (shape.length >= 2) {
    const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
    return [0, Math.sqrt(6 / fanIn) * (shape.length === 4 ? gain : 1)];
  }
  return name.endsWith('.weight') ? [0.75, 0.25] : [0, 0.1];
}

/** Fills a network by the formula. `gain` keeps the signal of deep networks from fading or growing. */
export function fill(model: Module, gain: number): void {
  scope(() => {
    const state = model.state().map(({ name, shape }) => {
      const count = shape.reduce((a, b) => a * b, 1);
      const tracked = name.endsWith('num_batches_tracked');
      const values = tracked ? new BigInt64Array(1) : pattern(name, count, ...rangeOf(name, shape, gain));
      return [name, fromArray(values, shape)] as const;
    });
    loadState(model, new Map(state));
  });
}

/** Images [batch, channels, size, size] by the formula. */
export function images(batch: number, channels: number, size: number): Tensor {
  return fromArray(pattern('input', batch * channels * size * size), [batch, channels, size, size]);
}
