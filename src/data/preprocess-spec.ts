import { z } from 'zod';

/**
 * What happens to an image between its file and the network, the same in training, evaluation and serving:
 * decode (EXIF orientation, 8 bit) -> trim -> resize -> scale to 0..1 -> (x - mean) / std.
 */
export const PreprocessSpec = z.object({
  height: z.int().min(8).max(2048),
  width: z.int().min(8).max(2048),
  /**
   * Share of width and height that is cut off each side before anything else: frames, letters at the edge, a round field's black
   * corners. Absent: nothing.
   */
  trim: z.number().min(0).max(0.4).optional(),
  /** `stretch` ignores the aspect; `crop` resizes the short side and crops the centre; `pad` fits and pads with black. */
  fit: z.enum(['stretch', 'crop', 'pad']),
  /** 1 converts to grey (ITU-R 601 luma), 3 to sRGB. */
  channels: z.union([z.literal(1), z.literal(3)]),
  /** Per channel, of values in 0..1. */
  mean: z.array(z.number()),
  std: z.array(z.number().positive()),
});
export type PreprocessSpec = z.infer<typeof PreprocessSpec>;

/** What becomes of an image until it is an 8-bit array: all that a loader has to know. */
export type Geometry = Pick<PreprocessSpec, 'height' | 'width' | 'fit' | 'channels' | 'trim'>;

/** In pixels. */
export type Size = Pick<Geometry, 'height' | 'width'>;

/** Input normalisation that a source of weights was trained with. */
export type Normalisation = Pick<PreprocessSpec, 'mean' | 'std'>;
