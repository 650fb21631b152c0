import { z } from 'zod';

/** What can befall an image between the patient and the network. */
export const CORRUPTIONS = ['blur', 'noise', 'jpeg', 'brightness', 'contrast', 'rotation', 'crop', 'colour'] as const;
export type CorruptionKind = (typeof CORRUPTIONS)[number];

/** Five of each kind, from hardly visible to plainly spoilt. */
export const STRENGTHS = [1, 2, 3, 4, 5] as const;

export const Corruption = z.object({ kind: z.enum(CORRUPTIONS), strength: z.int().min(1).max(STRENGTHS.length) });
export type Corruption = z.infer<typeof Corruption>;

/**
 * How much of it each strength is, on the pixels that the network sees (as ImageNet-C does: Hendrycks and Dietterich 2019,
 * "Benchmarking neural network robustness to common corruptions and perturbations"). Where there are two directions (darker or
 * brighter, left or right, warmer or colder) a fixed coin of each image chooses.
 */
export const AMOUNTS: Record<
  CorruptionKind,
  { unit: string; amounts: readonly [number, number, number, number, number] }
> = {
  /** Of a Gaussian; an image of another size is blurred in proportion. */
  blur: { unit: 'px of 224, standard deviation', amounts: [0.75, 1.25, 2, 3, 4.5] },
  /** Gaussian, on each channel by itself. */
  noise: { unit: 'of 255 grey levels, standard deviation', amounts: [5, 10, 20, 35, 50] },
  jpeg: { unit: 'JPEG quality', amounts: [60, 40, 25, 15, 8] },
  brightness: { unit: '% darker or brighter', amounts: [10, 20, 30, 45, 60] },
  contrast: { unit: '% less or more contrast', amounts: [15, 30, 45, 60, 75] },
  rotation: { unit: '° to the left or right', amounts: [5, 10, 20, 45, 90] },
  crop: { unit: '% cut off each side', amounts: [3, 6, 10, 15, 20] },
  /** The white point: red against blue. */
  colour: { unit: '% warmer or colder light', amounts: [5, 10, 15, 25, 35] },
};

/** Kinds that exist for images of so many channels: grey has no colour to shift. */
export function kindsFor(channels: 1 | 3): CorruptionKind[] {
  return CORRUPTIONS.filter((kind) => channels === 3 || kind !== 'colour');
}
