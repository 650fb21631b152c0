import { z } from 'zod';
import { BlurSpec } from './blur.ts';
import { CutmixSpec } from './cutmix.ts';
import { CutoutSpec } from './cutout.ts';
import { MixupSpec } from './mixup.ts';
import { RandomResizedCropSpec } from './random-resized-crop.ts';
import { ScaleSpec } from './scale.ts';

const Probability = z.number().min(0).max(1);

/**
 * What is changed at random in training images, and by how much. Everything is off by default. All geometry becomes one
 * bilinear warp and all colour one matrix, so an image is resampled once however many of them are on.
 */
export const AugmentSpec = z.strictObject({
  /** Probability of mirroring left and right. */
  flipHorizontal: Probability.default(0),
  /** Probability of mirroring top and bottom. */
  flipVertical: Probability.default(0),
  /** Degrees; turned by a uniform angle within plus and minus this. */
  rotation: z.number().min(0).max(180).default(0),
  /** Zoom, uniform on a log scale: [0.9, 1.1]. */
  scale: ScaleSpec.nullable().default(null),
  /** Shift of each axis, as a fraction of its length, uniform within plus and minus this. */
  translate: z.number().min(0).max(0.5).default(0),
  randomResizedCrop: RandomResizedCropSpec.nullable().default(null),
  /** Factor uniform in 1 - b .. 1 + b. */
  brightness: z.number().min(0).max(1).default(0),
  /** Distance from the image's mean grey times a factor in 1 - c .. 1 + c. */
  contrast: z.number().min(0).max(1).default(0),
  /** Distance from each pixel's grey times a factor in 1 - s .. 1 + s. */
  saturation: z.number().min(0).max(1).default(0),
  /** Fraction of a full turn of hue, uniform within plus and minus this. */
  hue: z.number().min(0).max(0.5).default(0),
  blur: BlurSpec.nullable().default(null),
  cutout: CutoutSpec.nullable().default(null),
  mixup: MixupSpec.nullable().default(null),
  cutmix: CutmixSpec.nullable().default(null),
  /** What a warp shows beyond the image's edge. */
  border: z.enum(['reflect', 'black']).default('reflect'),
});
export type AugmentSpec = z.infer<typeof AugmentSpec>;

/** The same for images of `share` of their side: what is measured in pixels shrinks with them. */
export function atShare(spec: AugmentSpec, share: number): AugmentSpec {
  if (spec.blur === null || share === 1) return spec;
  const [low, high] = spec.blur.sigma;
  return { ...spec, blur: { ...spec.blur, sigma: [low * share, high * share] } };
}
