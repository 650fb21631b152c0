import { z } from 'zod';

/**
 * In how many views the network looks at an image before it answers (test-time augmentation). `none`: as it is, once. `mirrors`: as it is,
 * mirrored left and right, mirrored top and bottom, and both; their mean is the answer, at four times the work.
 */
export const VIEWS = ['none', 'mirrors'] as const;
export const Views = z.enum(VIEWS);
export type Views = z.infer<typeof Views>;

/** In words, with what it costs; null where an image is looked at once. */
export function viewsWords(views: Views | undefined): string | null {
  if (views !== 'mirrors') return null;
  return 'mean of four (as it is, mirrored left and right, top and bottom, both): four passes an image';
}
