import type { Lesion, Patch } from './lesion.ts';
import type { Cells, Noise } from './noise.ts';
import type { Pose } from './render.ts';

export interface Skin {
  colour: readonly [number, number, number];
  noise: Noise;
  lines: Cells;
  /** Types V and VI: the lines show darker. */
  dark: boolean;
}

/** Skin with its lines, mottling and redness, everywhere. `light` is size x size x 3 in 0..1. */
export function skinShade(light: Float32Array, size: number, pose: Pose, { colour, noise, lines, dark }: Skin): void {
  const step = pose.field / size;
  const [red, green, blue] = colour;
  const depth = dark ? 0.08 : 0.035;
  for (let y = 0, p = 0; y < size; y++) {
    const v = y * step;
    for (let x = 0; x < size; x++, p += 3) {
      const u = x * step;
      const coarse = noise.at(u * 0.16 + 7, v * 0.16);
      const medium = noise.at(u * 0.7, v * 0.7 + 11);
      const fine = noise.at(u * 4.1, v * 4.1);
      const line = 1 - Math.min(1, lines.walls(u * 2.1 + medium * 0.5, v * 2.1 + fine * 0.2) * 3);
      const shade = 1 + 0.035 * coarse + 0.025 * medium + 0.018 * fine - depth * line * (0.6 + 0.4 * coarse);
      const flush = 0.03 * coarse + 0.025 * medium;
      light[p] = red * shade;
      light[p + 1] = green * shade * (1 - flush);
      light[p + 2] = blue * shade * (1 - flush);
    }
  }
}

/** e^-x for x in 0..8, 128 steps a unit: optical density becomes light by a table. */
const ATTENUATION = Float32Array.from({ length: 1025 }, (_, i) => Math.exp(-i / 128));

function attenuation(density: number): number {
  return density <= 0 ? 1 : density >= 8 ? 0 : ATTENUATION[(density * 128) | 0]!;
}

/** 0 below `from`, 1 above `to`, smooth between. */
function ramp(value: number, from: number, to: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/**
 * Pigment takes light away from the skin's colour (Beer and Lambert: it absorbs blue most and red least), so that the same lesion
 * looks right on every skin. Patches of other colours lie over it. The mask is what the outline encloses.
 */
export function paintLesion(
  light: Float32Array,
  mask: Uint8Array,
  size: number,
  pose: Pose,
  lesion: Lesion,
  skin: Skin,
  { noise, structures }: { noise: Noise; structures: readonly Cells[] },
): void {
  const { outline, fade, patches } = lesion;
  const cells = structures[Math.min(structures.length - 1, Math.floor(lesion.disorder * structures.length))]!;
  const radius = ((lesion.diameter / 2) * size) / pose.field;
  const [cos, sin] = [Math.cos(pose.turn) / radius, Math.sin(pose.turn) / radius];
  const [slopeX, slopeY] = [Math.cos(lesion.slopeAngle) * lesion.slope, Math.sin(lesion.slopeAngle) * lesion.slope];
  const absorb = [0.5 + 0.12 * (1 - lesion.warmth), 1, 1.3 - 0.12 * (1 - lesion.warmth)] as const;
  const mesh = lesion.diameter / 2 / lesion.mesh;
  const [skinRed, skinGreen, skinBlue] = skin.colour;
  const glow = 0.5 + 0.5 * ((skinRed + skinGreen + skinBlue) / 2.1);
  const reach = Math.max(...outline) * 1.35;
  const steps = outline.length;
  const [cx, cy] = [pose.x * size, pose.y * size];
  const from = (centre: number): number => Math.max(0, Math.floor(centre - reach * radius));
  const to = (centre: number): number => Math.min(size, Math.ceil(centre + reach * radius));
  for (let y = from(cy); y < to(cy); y++) {
    for (let x = from(cx); x < to(cx); x++) {
      const dx = x + 0.5 - cx;
      const dy = y + 0.5 - cy;
      let u = dx * cos + dy * sin;
      let v = dy * cos - dx * sin;
      if (u * u + v * v > reach * reach) continue;
      const n1 = noise.at(u * 1.6 + 9, v * 1.6);
      const n2 = noise.at(u * 4.3, v * 4.3 + 5);
      u += 0.05 * n2;
      v += 0.05 * n1;
      const r = Math.sqrt(u * u + v * v);
      const turn = (Math.atan2(v, u) / (2 * Math.PI) + 1) * steps;
      const at = (turn | 0) % steps;
      const edge = outline[at]!;
      const inside = (edge - r) / edge;
      if (inside > 0) mask[y * size + x] = 255;
      const cover = ramp(inside / fade[at]!, -0.5, 0.5);
      if (cover <= 0.003) continue;
      const n3 = noise.at(u * 11 + 3, v * 11);
      // Cells of living tissue are not drawn with a ruler.
      const mu = u * mesh + 0.7 * n2 + 0.25 * n3;
      const mv = v * mesh + 0.7 * n1 - 0.25 * n3;
      const patchy = 1 - lesion.disorder * (1 - ramp(n1 + 0.5 * n2, -0.35, 0.45));

      let density =
        lesion.density * (0.82 + 0.25 * Math.min(1, Math.max(0, inside) * 2)) * (1 + u * slopeX + v * slopeY);
      density += lesion.mottle * (0.8 * n1 + 0.6 * n2) + 0.08 * n3;
      if (lesion.network > 0) density += lesion.network * 0.34 * patchy * (1 - ramp(cells.walls(mu, mv), 0.04, 0.5));
      if (lesion.globules > 0) {
        const dot =
          1 -
          ramp(
            cells.centre(mu * 0.75 + 4, mv * 0.75),
            0.1 + 0.12 * n2 * lesion.disorder,
            0.42 + 0.12 * lesion.disorder * n2,
          );
        density += lesion.globules * 0.5 * dot * (1 - lesion.disorder * (1 - ramp(n2 - n1, -0.3, 0.5)));
      }
      if (lesion.streaks > 0 && inside < 0.35) {
        const band = Math.exp(-(((inside - 0.06) / 0.13) ** 2));
        // The same along each direction: radial.
        density += 0.6 * lesion.streaks * band * ramp(noise.at((u / r) * 6.5 + 20, (v / r) * 6.5), 0, 0.7);
      }
      density = Math.max(0.05, density);

      let grey = 0;
      let red = 0;
      let veil = 0;
      let scar = 0;
      for (let i = 0; i < patches.length; i++) {
        const patch = patches[i]!;
        const amount = patchAmount(patch, u, v, n1, n2, n3);
        if (amount <= 0) continue;
        if (patch.kind === 'black') grey = Math.max(grey, amount);
        else if (patch.kind === 'red') red = Math.max(red, amount);
        else if (patch.kind === 'blueGrey') veil = Math.max(veil, amount);
        else if (patch.kind === 'white') scar = Math.max(scar, amount);
        else density *= 1 - 0.6 * amount;
      }
      density *= 1 - 0.75 * scar - 0.55 * red;
      density *= cover;
      const ink = 1.5 * grey * cover;
      const blood = 0.55 * red * cover;
      const p = (y * size + x) * 3;
      let r0 = light[p]! * attenuation(density * absorb[0] + ink);
      let g0 = light[p + 1]! * attenuation(density * absorb[1] + ink + blood);
      let b0 = light[p + 2]! * attenuation(density * absorb[2] + ink * 0.92 + blood * 0.85);
      const v0 = veil * cover * 0.85;
      r0 += (0.4 * glow - r0) * v0;
      g0 += (0.46 * glow - g0) * v0;
      b0 += (0.56 * glow - b0) * v0;
      const s0 = scar * cover * 0.7;
      light[p] = r0 + (Math.min(0.95, skinRed * 1.03 + 0.02) - r0) * s0;
      light[p + 1] = g0 + (Math.min(0.9, skinGreen * 1.1 + 0.03) - g0) * s0;
      light[p + 2] = b0 + (Math.min(0.9, skinBlue * 1.12 + 0.03) - b0) * s0;
    }
  }
}

/** How much of a patch's colour shows at a point, 0..1. */
function patchAmount(patch: Patch, u: number, v: number, n1: number, n2: number, n3: number): number {
  const dx = (u - patch.x) / patch.radius;
  const dy = (v - patch.y) / patch.radius;
  const away = dx * dx + dy * dy;
  if (away > 5) return 0;
  const ragged = Math.sqrt(away) + patch.ragged * (0.45 * n2 + 0.3 * n1 + 0.2 * n3);
  return patch.strength * (1 - ramp(ragged, 0.45, 1.3));
}
