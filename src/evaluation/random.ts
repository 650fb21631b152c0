/**
 * Seeded uniform generator for resampling (sfc32, C. Doty-Humphrey's PractRand: passes BigCrush, period about 2^128).
 * The same seed gives the same intervals on every machine.
 */
export function generator(seed: number): () => number {
  let a = 0x9e3779b9 | 0;
  let b = 0x243f6a88 | 0;
  let c = seed | 0;
  let counter = 1;
  const next = (): number => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 16; i++) next();
  return next;
}

/**
 * Draws units with replacement. Streams of one seed are independent of each other, so that resamples can be made in any order, by any
 * number of threads, and stay the same.
 */
export class Resampler {
  private readonly state: Int32Array;

  constructor(seed: number, stream: number) {
    this.state = Int32Array.of(0x9e3779b9, 0x243f6a88 ^ Math.imul(stream + 1, 0x85ebca6b), seed, 1);
    // The first numbers still show the seed.
    this.draw(new Float64Array(1), 16);
  }

  /** Sets `counts[u]` to how often unit u is drawn, in as many draws as there are units. */
  draw(counts: Float64Array, draws: number = counts.length): void {
    const { state } = this;
    const scale = counts.length / 4294967296;
    let a = state[0]!;
    let b = state[1]!;
    let c = state[2]!;
    let counter = state[3]!;
    counts.fill(0);
    // sfc32, as in `generator`.
    for (let i = 0; i < draws; i++) {
      const t = (a + b + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (c << 21) | (c >>> 11);
      c = (c + t) | 0;
      counts[((t >>> 0) * scale) | 0]! += 1;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = counter;
  }
}
