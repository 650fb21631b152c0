import type { RandomStream } from '../random.ts';
import type { Noise } from './noise.ts';
import type { Patient } from './population.ts';

/** Hairs: thin, curved, more or less combed, dark to blond with the patient; some pictures are shaved. */
export function drawHair(light: Float32Array, size: number, patient: Patient, random: RandomStream): void {
  const count = random.chance(0.35) ? 0 : Math.round(patient.hairiness * random.between(4, 34));
  if (count === 0) return;
  const cover = new Float32Array(size * size);
  const combed = random.between(0, Math.PI);
  const spread = random.between(0.2, 1.1);
  for (let i = 0; i < count; i++) {
    const width = random.between(0.7, 1.9) * (size / 256);
    let x = random.between(-0.1, 1.1) * size;
    let y = random.between(-0.1, 1.1) * size;
    let angle = combed + spread * random.normal() + (random.chance(0.5) ? Math.PI : 0);
    const length = random.between(0.2, 0.9) * size;
    const bend = (random.normal() * 1.4) / size;
    for (let s = 0; s < length; s += 0.7, angle += bend * 0.7) {
      x += Math.cos(angle) * 0.7;
      y += Math.sin(angle) * 0.7;
      // Both ends taper.
      stamp(cover, size, x, y, width * Math.min(1, (6 * Math.min(s, length - s)) / length + 0.25));
    }
  }
  const blond = patient.tone <= 2 ? random.between(0, 0.35) : 0;
  const opacity = random.between(0.6, 0.92);
  blend(light, cover, opacity, [0.13 + blond, 0.09 + 0.8 * blond, 0.07 + 0.5 * blond]);
}

/** Marks every millimetre along one side, every fifth one longer. */
export function drawRuler(light: Float32Array, size: number, field: number, random: RandomStream): void {
  const cover = new Float32Array(size * size);
  const pixels = size / field;
  const side = random.integer(4);
  const inset = random.between(0.01, 0.05) * size;
  const from = random.between(0.02, 0.3) * size;
  const width = Math.max(1, size / 150);
  for (let mark = 0, at = from; at < size * 0.97; mark++, at = from + mark * pixels) {
    const length = (mark % 5 === 0 ? 0.075 : 0.042) * size;
    for (let s = 0; s < length; s += 0.5) {
      const across = inset + s;
      if (side === 0) stamp(cover, size, at, across, width);
      else if (side === 1) stamp(cover, size, at, size - across, width);
      else if (side === 2) stamp(cover, size, across, at, width);
      else stamp(cover, size, size - across, at, width);
    }
  }
  blend(light, cover, 0.85, [0.1, 0.1, 0.12]);
}

/** Air in the contact fluid: a thin bright rim with a darker inside, and a glint. */
export function drawBubbles(light: Float32Array, size: number, count: number, random: RandomStream): void {
  for (let i = 0; i < count; i++) {
    const radius = random.between(0.012, 0.055) * size;
    const x = random.uniform() * size;
    const y = random.uniform() * size;
    const rim = Math.max(0.8, size / 220);
    for (let py = Math.max(0, Math.floor(y - radius - 3)); py < Math.min(size, y + radius + 3); py++) {
      for (let px = Math.max(0, Math.floor(x - radius - 3)); px < Math.min(size, x + radius + 3); px++) {
        const away = Math.hypot(px - x, py - y);
        const bright = Math.exp(-(((away - radius) / rim) ** 2)) * 0.3;
        const glint =
          Math.exp(-(((px - x + radius * 0.4) ** 2 + (py - y + radius * 0.4) ** 2) / (rim * rim * 2))) * 0.6;
        const shade = away < radius ? 0.96 : 1;
        const p = (py * size + px) * 3;
        for (let c = 0; c < 3; c++) light[p + c] = light[p + c]! * shade + bright + glint;
      }
    }
  }
}

/** Light thrown back by moist skin: small white spots, most of them on one side. */
export function drawGloss(light: Float32Array, size: number, amount: number, noise: Noise, random: RandomStream): void {
  const scale = 34 / size;
  const shift = random.between(0, 60);
  const cx = random.uniform() * size;
  const cy = random.uniform() * size;
  const reach = 1 / (0.35 * size) ** 2;
  for (let y = 0, p = 0; y < size; y++) {
    for (let x = 0; x < size; x++, p += 3) {
      const near = 1 - ((x - cx) ** 2 + (y - cy) ** 2) * reach;
      if (near <= 0) continue;
      const peak =
        noise.at(x * scale + shift, y * scale) * 0.75 +
        noise.at(x * scale * 2.3, y * scale * 2.3 + shift) * 0.45 -
        0.62;
      if (peak <= 0) continue;
      const white = Math.min(0.85, amount * near * peak * 4.5);
      for (let c = 0; c < 3; c++) light[p + c] = light[p + c]! + (0.98 - light[p + c]!) * white;
    }
  }
}

/** A round dab with a soft edge; where dabs overlap the strongest counts, so a line has even strength. */
function stamp(cover: Float32Array, size: number, x: number, y: number, width: number): void {
  const half = width / 2;
  const reach = half + 0.5;
  for (let py = Math.max(0, Math.ceil(y - reach)); py <= Math.min(size - 1, y + reach); py++) {
    for (let px = Math.max(0, Math.ceil(x - reach)); px <= Math.min(size - 1, x + reach); px++) {
      const amount = Math.min(1, reach - Math.sqrt((px - x) ** 2 + (py - y) ** 2));
      const at = py * size + px;
      if (amount > cover[at]!) cover[at] = amount;
    }
  }
}

function blend(
  light: Float32Array,
  cover: Float32Array,
  opacity: number,
  [red, green, blue]: readonly [number, number, number],
): void {
  for (let i = 0, p = 0; i < cover.length; i++, p += 3) {
    if (cover[i] === 0) continue;
    const amount = cover[i]! * opacity;
    light[p] = light[p]! + (red - light[p]!) * amount;
    light[p + 1] = light[p + 1]! + (green - light[p + 1]!) * amount;
    light[p + 2] = light[p + 2]! + (blue - light[p + 2]!) * amount;
  }
}
