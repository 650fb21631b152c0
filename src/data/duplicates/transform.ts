import type { Match } from './compare.ts';

/** What turning the second picture by `way` (see `turn`) to get the first says of how the second came of the first. */
const TURNS = [
  'none',
  'mirrored',
  'flipped',
  'rotated 180',
  'transposed',
  'rotated 270',
  'rotated 90',
  'transposed and rotated 180',
] as const;

export interface Sides {
  width: number;
  height: number;
}

/** In words what makes the second picture of the first, or the other way round: size, crop and brightness have no direction. */
export function wordsFor({ way, warp }: Match, a: Sides, b: Sides, brightness: number): string {
  const words: string[] = way === 0 ? [] : [TURNS[way]!];
  const cut = 1 - Math.min(lesser(warp.scaleX), lesser(warp.scaleY));
  const shifted = Math.max(Math.abs(warp.shiftX), Math.abs(warp.shiftY)) / 2;
  if (Math.max(cut, shifted) >= 0.02) words.push(`cropped ${Math.round(100 * Math.max(cut, shifted))}%`);
  const [longA, longB] = [Math.max(a.width, a.height), Math.max(b.width, b.height)];
  const scale = Math.min(longA, longB) / Math.max(longA, longB) / (1 - cut);
  if (scale < 0.9) words.push(`resized to ${Math.round(100 * scale)}%`);
  if (Math.abs(brightness - 1) >= 0.04) words.push(`brightness ${Math.round(100 * Math.abs(brightness - 1))}%`);
  if (words.length === 0) words.push('recompressed');
  return words.join(', ');
}

function lesser(scale: number): number {
  return Math.min(scale, 1 / scale);
}
