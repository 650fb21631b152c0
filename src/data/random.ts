/**
 * A counter-based random stream: a pure function of its key and of how many numbers were drawn, so that what a sample meets
 * depends on (seed, epoch, sample) alone, never on which worker took it or when. Mixing: MurmurHash3's 32-bit finaliser, thrice.
 */
export class RandomStream {
  private readonly a: number;
  private readonly b: number;
  private counter = 0;

  /** @param key any integers and texts; equal keys give equal streams. */
  constructor(...key: readonly (number | string)[]) {
    let a = 0x9e3779b9;
    let b = 0x85ebca6b;
    for (const part of key) {
      const [low, high] = typeof part === 'string' ? hashText(part) : [part | 0, Math.floor(part / 2 ** 32) | 0];
      a = mix(a ^ low) + Math.imul(b, 0x27d4eb2f);
      b = mix(b ^ high ^ a);
    }
    this.a = a | 0;
    this.b = b | 0;
  }

  /** 0 .. 2^32 - 1 */
  uint32(): number {
    const n = this.counter++;
    return mix(mix(Math.imul(n, 0x9e3779b1) + this.a) ^ this.b) >>> 0;
  }

  /** [0, 1) */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /** [from, to) */
  between(from: number, to: number): number {
    return from + (to - from) * this.uniform();
  }

  /** 0 .. count - 1 */
  integer(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Gamma(shape, 1), by Marsaglia and Tsang (2000). */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = this.normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  beta(a: number, b: number): number {
    const x = this.gamma(a);
    const y = this.gamma(b);
    return x + y === 0 ? 0.5 : x / (x + y);
  }

  /** Shuffles in place (Fisher and Yates). */
  shuffle<T extends { [index: number]: number; length: number }>(list: T): T {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = list[i]!;
      list[i] = list[j]!;
      list[j] = kept;
    }
    return list;
  }
}

/** 64 bits of a text, as two signed 32-bit halves (FNV-1a twice, with different offsets). */
export function hashText(text: string): [number, number] {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ (code + i), 0x5bd1e995);
  }
  return [mix(low), mix(high)];
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
