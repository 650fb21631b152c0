import type { Patient } from './population.ts';

/** Skin under a dermoscope, Fitzpatrick types 1 to 6, sRGB in 0..1. */
const TONES = [
  [0.88, 0.75, 0.7],
  [0.85, 0.69, 0.62],
  [0.78, 0.61, 0.52],
  [0.66, 0.49, 0.4],
  [0.5, 0.34, 0.26],
  [0.36, 0.25, 0.2],
] as const;

/** The patient's own skin colour. */
export function skinColour({ tone, redness, lightness }: Patient): [number, number, number] {
  const [red, green, blue] = TONES[tone - 1]!;
  const light = 1 + 0.05 * lightness;
  return [
    red * light * (1 + 0.02 * redness),
    green * light * (1 - 0.05 * redness),
    blue * light * (1 - 0.03 * redness),
  ];
}
