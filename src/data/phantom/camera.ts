import type { RandomStream } from '../random.ts';
import type { CameraName } from './spec.ts';

/** How one picture was taken. Lengths are fractions of the image's side. */
export interface Exposure {
  /** Factors of red, green and blue. */
  white: readonly [number, number, number];
  gamma: number;
  /** Radius of the bright disc, from the centre; above 0.75 none of its edge shows. */
  vignette: number;
  /** Width of the disc's edge. */
  vignetteEdge: number;
  /** Light falls off to one side by this share. */
  gradient: number;
  gradientAngle: number;
  /** Standard deviation of the sensor's noise, in 0..255. */
  noise: number;
  /** Passes of a 3x3 binomial blur, at 256 pixels a side. */
  blur: number;
  /** Share of reflections of light, 0..1: what contact fluid or polarisers take away. */
  gloss: number;
  /** Bubbles in the contact fluid. */
  bubbles: number;
  ruler: boolean;
  jpegQuality: number;
}

const KINDS: Record<
  CameraName,
  {
    white: readonly [number, number, number];
    gamma: number;
    noise: number;
    blur: number;
    gloss: number;
    disc: number;
    quality: number;
  }
> = {
  contact: { white: [1.0, 1.0, 0.98], gamma: 1, noise: 2.2, blur: 0, gloss: 0.25, disc: 0.5, quality: 92 },
  polarised: { white: [1.01, 0.98, 0.99], gamma: 0.95, noise: 1.6, blur: 0, gloss: 0.08, disc: 0.15, quality: 92 },
  phone: { white: [0.96, 1, 1.07], gamma: 1.12, noise: 3.2, blur: 1.6, gloss: 0.9, disc: 0.02, quality: 80 },
};

/** Settings of one picture by a camera: the device's own, and what changes from shot to shot. */
export function drawExposure(camera: CameraName, random: RandomStream): Exposure {
  const kind = KINDS[camera];
  const gain = random.between(0.9, 1.08);
  const tint = random.between(-0.025, 0.025);
  const disc = random.chance(kind.disc);
  return {
    white: [kind.white[0] * gain * (1 + tint), kind.white[1] * gain, kind.white[2] * gain * (1 - tint)],
    gamma: kind.gamma * random.between(0.95, 1.05),
    vignette: disc ? random.between(0.47, 0.62) : random.between(0.8, 1),
    vignetteEdge: disc ? random.between(0.015, 0.06) : 0.3,
    gradient: random.between(0, 0.16),
    gradientAngle: random.between(0, 2 * Math.PI),
    noise: kind.noise * random.between(0.7, 1.3),
    blur: kind.blur * random.between(0.5, 1.2),
    gloss: random.chance(0.5) ? kind.gloss : 0,
    bubbles: camera === 'contact' && random.chance(0.35) ? 1 + random.integer(5) : 0,
    ruler: random.chance(0.16),
    jpegQuality: kind.quality,
  };
}
