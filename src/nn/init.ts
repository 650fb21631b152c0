import type { Init, Parameter } from './parameter.ts';

/** How to draw a tensor's values: what `Init` comes to for a given shape. */
export type Draw =
  | { kind: 'constant'; value: number }
  | { kind: 'uniform'; low: number; high: number }
  | { kind: 'normal'; mean: number; std: number };

/** Fan in and fan out of a weight [out, in, ...kernel], as torch.nn.init counts them. */
export function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const kernel = shape.slice(2).reduce((a, b) => a * b, 1);
  return { fanIn: (shape[1] ?? 1) * kernel, fanOut: (shape[0] ?? 1) * kernel };
}

/** torch.nn.init's formulas. Kaiming normal has the gain of ReLU, sqrt(2), as in all of torchvision's networks. */
export function drawOf(init: Init, shape: readonly number[]): Draw {
  switch (init.kind) {
    case 'zeros':
      return { kind: 'constant', value: 0 };
    case 'ones':
      return { kind: 'constant', value: 1 };
    case 'uniform':
    case 'normal':
      return init;
    case 'kaimingNormal': {
      const { fanIn, fanOut } = fans(shape);
      return { kind: 'normal', mean: 0, std: Math.sqrt(2 / (init.mode === 'fanIn' ? fanIn : fanOut)) };
    }
    case 'kaimingUniform': {
      const bound = Math.sqrt(6 / ((1 + init.a ** 2) * fans(shape).fanIn));
      return { kind: 'uniform', low: -bound, high: bound };
    }
  }
}

/**
 * Seed of one parameter: a function of the run's seed and its name alone, so that a replaced head or a loaded backbone
 * does not shift what the other parameters draw. FNV-1a over the name, then mixed with the seed (murmur3's finaliser).
 */
export function parameterSeed(parameter: Pick<Parameter, 'name'>, seed: number): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(parameter.name)) h = Math.imul(h ^ byte, 0x01000193);
  h ^= Math.imul(seed, 0x9e3779b9);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
