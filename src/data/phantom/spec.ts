import { z } from 'zod';

/** Skin, by Fitzpatrick's types: light I-II, medium III-IV, dark V-VI; mixed draws from all six, light ones most often. */
export const Tone = z.enum(['mixed', 'light', 'medium', 'dark']);
export type Tone = z.infer<typeof Tone>;

/** How the picture was taken: two dermoscopes and a telephone, or each patient with one of them. */
export const CameraChoice = z.enum(['mixed', 'contact', 'polarised', 'phone']);
export type CameraChoice = z.infer<typeof CameraChoice>;
export type CameraName = Exclude<CameraChoice, 'mixed'>;

/** A population of phantoms. The same spec draws the same pictures, and a larger `count` begins with those of a smaller one. */
export const PhantomSpec = z.strictObject({
  count: z.int().min(1).max(1_000_000),
  seed: z.int().min(0).default(1),
  /** Width and height in pixels. */
  size: z.int().min(32).max(2048).default(256),
  /** Share of malignant lesions. */
  prevalence: z.number().min(0).max(1).default(0.4),
  tone: Tone.default('mixed'),
  camera: CameraChoice.default('mixed'),
});
export type PhantomSpec = z.infer<typeof PhantomSpec>;
