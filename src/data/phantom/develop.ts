import type { RandomStream } from '../random.ts';
import type { Exposure } from './camera.ts';

/** Steps of the tables from light to a pixel's value; light goes to 1.25. */
const STEPS = 1024;
const TOP = 1.25;

/** What the camera makes of the light: blur, falling off and vignette, white balance and gamma, sensor noise; 8 bit. */
export function develop(light: Float32Array, size: number, exposure: Exposure, random: RandomStream): Uint8Array {
  for (let pass = 0; pass < Math.round((exposure.blur * size) / 256); pass++) soften(light, size);
  const tables = exposure.white.map((gain) => {
    return Float32Array.from({ length: STEPS + 1 }, (_, i) => 255 * ((i / STEPS) * TOP * gain) ** exposure.gamma);
  });
  const [reds, greens, blues] = tables as [Float32Array, Float32Array, Float32Array];
  const out = new Uint8Array(size * size * 3);
  const clamped = new Uint8ClampedArray(out.buffer);
  const slopeX = (Math.cos(exposure.gradientAngle) * exposure.gradient) / size;
  const slopeY = (Math.sin(exposure.gradientAngle) * exposure.gradient) / size;
  const middle = size / 2;
  const inner = exposure.vignette * size;
  const outer = inner + exposure.vignetteEdge * size;
  // Both kinds of edge darken slowly towards the rim, and the disc's then falls to black.
  const floor = exposure.vignetteEdge < 0.2 ? 0.03 : 0.55;
  let state = random.uint32() | 1;
  // The sum of two uniform numbers has a standard deviation of 1 / sqrt(6).
  const grain = exposure.noise * 2.449 * 2 ** -16;
  for (let y = 0, p = 0; y < size; y++) {
    const dy = y + 0.5 - middle;
    for (let x = 0; x < size; x++, p += 3) {
      const dx = x + 0.5 - middle;
      const away = Math.sqrt(dx * dx + dy * dy);
      let gain = 1 + dx * slopeX + dy * slopeY - 0.1 * (away / size) ** 2;
      if (away > inner) {
        const t = Math.min(1, (away - inner) / (outer - inner));
        gain *= 1 - (1 - floor) * t * t * (3 - 2 * t);
      }
      const scale = (gain * STEPS) / TOP;
      state = xorshift(state);
      const noise = ((state & 0xffff) + (state >>> 16) - 0xffff) * grain;
      state = xorshift(state);
      const chroma = ((state & 0xffff) + (state >>> 16) - 0xffff) * grain * 0.4;
      clamped[p] = reds[clampStep(light[p]! * scale)]! + noise + chroma;
      clamped[p + 1] = greens[clampStep(light[p + 1]! * scale)]! + noise;
      clamped[p + 2] = blues[clampStep(light[p + 2]! * scale)]! + noise - chroma;
    }
  }
  return out;
}

function clampStep(value: number): number {
  return value <= 0 ? 0 : value >= STEPS ? STEPS : value | 0;
}

/** Marsaglia (2003); one stream a picture, in the order of its pixels. */
function xorshift(value: number): number {
  let x = value;
  x ^= x << 13;
  x ^= x >>> 17;
  return x ^ (x << 5);
}

/** Binomial 1-2-1, across and then down, in place. */
function soften(light: Float32Array, size: number): void {
  for (const [step, line] of [
    [3, size * 3],
    [size * 3, 3],
  ] as const) {
    for (let i = 0; i < size; i++) {
      for (let c = 0; c < 3; c++) {
        let before = light[i * line + c]!;
        for (let k = 0, p = i * line + c; k < size; k++, p += step) {
          const here = light[p]!;
          const after = k + 1 < size ? light[p + step]! : here;
          light[p] = 0.25 * before + 0.5 * here + 0.25 * after;
          before = here;
        }
      }
    }
  }
}
