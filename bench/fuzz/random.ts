export interface Random {
  /** A whole number from 0 to n - 1; 0 for n below 1. */
  below(n: number): number;
  pick<T>(from: readonly T[]): T;
  bytes(n: number): Buffer;
}

/** mulberry32: small, seeded, good enough to damage files with. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => (n < 1 ? 0 : Math.floor(next() * n));
  return {
    below,
    pick: (from) => from[below(from.length)]!,
    bytes: (n) => Buffer.from(Array.from({ length: n }, () => below(256))),
  };
}
