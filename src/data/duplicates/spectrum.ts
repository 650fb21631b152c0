import { SIDE } from './fingerprint.ts';

/** Frequencies up to here (below, in cycles across the picture). */
const HIGHEST = 6;
/** The windows that are described: the whole picture, and it with 2.5% and 5% cut off each side, in case the other is a crop of it. */
const MARGINS = [0, 0.025, 0.05] as const;
export const WINDOWS = MARGINS.length;

/** Groups of frequencies that turning and mirroring only swap: (u, v), (u, -v), (v, u), (v, -u). */
const ORBITS: [u: number, v: number][][] = [];
for (let v = 0; v < HIGHEST; v++) {
  for (let u = Math.max(1, v); u < HIGHEST; u++) {
    if (u * u + v * v >= HIGHEST * HIGHEST) continue;
    if (v === 0) ORBITS.push([[u, 0], [0, u]]); // biome-ignore format: pairs
    else if (u === v) ORBITS.push([[u, u], [u, -u]]); // biome-ignore format: pairs
    else ORBITS.push([[u, v], [u, -v], [v, u], [v, -u]]); // biome-ignore format: pairs
  }
}
/** Numbers in a description. */
export const LENGTH = ORBITS.reduce((sum, orbit) => sum + orbit.length, 0);

const COS = new Float32Array(HIGHEST * SIDE);
const SIN = new Float32Array(HIGHEST * SIDE);
for (let u = 0; u < HIGHEST; u++) {
  for (let x = 0; x < SIDE; x++) {
    COS[u * SIDE + x] = Math.cos((2 * Math.PI * u * x) / SIDE);
    SIN[u * SIDE + x] = Math.sin((2 * Math.PI * u * x) / SIDE);
  }
}
/** Hann's window: what stands at the edge, and a crop takes away, counts little. */
const WINDOW = Float32Array.from({ length: SIDE }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / SIDE) ** 2);

/** The window over the whole picture, and its sum. */
const WEIGHTS = Float64Array.from({ length: SIDE * SIDE }, (_, i) => WINDOW[Math.floor(i / SIDE)]! * WINDOW[i % SIDE]!);
const WEIGHT = WEIGHTS.reduce((sum, w) => sum + w, 0);
/** For each margin and place in the window, where that lies in the picture: a pixel, and how far on to the next. */
const PLACES = MARGINS.map((margin) => {
  const places = Float32Array.from(
    { length: SIDE },
    (_, i) => (margin + ((1 - 2 * margin) * (i + 0.5)) / SIDE) * SIDE - 0.5,
  );
  return { first: Int32Array.from(places, Math.floor), rest: Float64Array.from(places, (at) => at - Math.floor(at)) };
});

const picture = new Float32Array(SIDE * SIDE);
const real = new Float32Array(SIDE * HIGHEST);
const imaginary = new Float32Array(SIDE * HIGHEST);

/**
 * Describes a picture by the magnitudes of its low spatial frequencies under a Hann window, so that the description hardly
 * changes when the picture is shifted, and not at all when it is turned by quarters or mirrored (within each orbit of
 * frequencies they are sorted). Divided by their energy, so that brightness and contrast don't matter.
 * @param margin index of the window, 0 to WINDOWS - 1. @param out LENGTH numbers from `at` on.
 */
export function describe(fingerprint: Uint8Array, margin: number, out: Float32Array, at = 0): void {
  cut(fingerprint, margin);
  let mean = 0;
  for (let i = 0; i < picture.length; i++) mean += WEIGHTS[i]! * picture[i]!;
  mean /= WEIGHT;
  for (let y = 0, row = 0; y < SIDE; y++, row += SIDE) {
    for (let x = 0; x < SIDE; x++) picture[row + x] = (picture[row + x]! - mean) * WINDOW[y]! * WINDOW[x]!;
    for (let u = 0, wave = 0; u < HIGHEST; u++, wave += SIDE) {
      let a = 0;
      let b = 0;
      for (let x = 0; x < SIDE; x++) {
        const value = picture[row + x]!;
        a += value * COS[wave + x]!;
        b -= value * SIN[wave + x]!;
      }
      real[wave + y] = a;
      imaginary[wave + y] = b;
    }
  }
  let energy = 0;
  let to = at;
  for (const orbit of ORBITS) {
    const values = orbit.map(([u, v]) => magnitude(u, v)).sort((a, b) => b - a);
    for (const value of values) {
      energy += value * value;
      out[to++] = value;
    }
  }
  const scale = 1 / (Math.sqrt(energy) + 1e-6);
  for (let i = at; i < to; i++) out[i] = Math.sqrt(out[i]! * scale);
}

function magnitude(u: number, v: number): number {
  let a = 0;
  let b = 0;
  const from = u * SIDE;
  const row = Math.abs(v) * SIDE;
  const sign = v < 0 ? -1 : 1;
  for (let y = 0; y < SIDE; y++) {
    const c = COS[row + y]!;
    const s = sign * SIN[row + y]!;
    a += real[from + y]! * c + imaginary[from + y]! * s;
    b += imaginary[from + y]! * c - real[from + y]! * s;
  }
  return Math.hypot(a, b);
}

/** The window without its margin, stretched to the whole again. */
function cut(from: Uint8Array, margin: number): void {
  if (margin === 0) {
    picture.set(from);
    return;
  }
  const { first, rest } = PLACES[margin]!;
  for (let y = 0; y < SIDE; y++) {
    const down = rest[y]!;
    for (let x = 0; x < SIDE; x++) {
      const right = rest[x]!;
      const p = first[y]! * SIDE + first[x]!;
      const upper = (1 - right) * from[p]! + right * from[p + 1]!;
      const lower = (1 - right) * from[p + SIDE]! + right * from[p + SIDE + 1]!;
      picture[y * SIDE + x] = (1 - down) * upper + down * lower;
    }
  }
}
