import { z } from 'zod';
import type { Size } from '../data/preprocess-spec.ts';
import type { TrainConfig } from './config.ts';

/** Networks halve an image five times: other sizes would leave a border behind that some layers see and others don't. */
const STEP = 32;

/**
 * Small images first, which take less time by their pixels: from epoch to epoch they grow, linearly in their side and in steps of 32 pixels, until they
 * have the size that the network is evaluated and served at (progressive learning: Tan & Le 2021, "EfficientNetV2", after Howard 2018, "Training
 * Imagenet in 3 hours"). The last epochs should be at that size: a network expects things to be as large as it saw them (Touvron et al. 2019).
 */
export const ProgressiveConfig = z.strictObject({
  /** Share of `data.size` in the first epoch. */
  from: z.number().min(0.1).max(1).default(0.6),
  /** Share of the epochs over which images grow; after it they have `data.size`. */
  until: z.number().positive().max(1).default(0.75),
});
export type ProgressiveConfig = z.infer<typeof ProgressiveConfig>;

/** The size of the training images by epoch, counted from 0, where it grows. */
export function growth(
  { progressive, epochs, overfitBatches }: Pick<TrainConfig['training'], 'progressive' | 'epochs' | 'overfitBatches'>,
  full: Size,
): ((epoch: number) => Size) | undefined {
  // Batches that are learnt by heart are the same in every epoch, and validated on.
  if (progressive === null || overfitBatches !== null) return undefined;
  return (epoch) => scaled(full, shareAt(progressive, epoch / epochs));
}

/** What is wrong with it for images of this size; null where nothing is. */
export function progressiveFault(config: ProgressiveConfig, full: Size): string | null {
  const first = scaled(full, config.from);
  if (first.height < full.height || first.width < full.width) return null;
  return `${config.from} of ${full.height}x${full.width} pixels, in steps of ${STEP} pixels and at least ${STEP}, is all of them: set a smaller share, or leave training.progressive out`;
}

/** Of the full size's sides, at a share of all epochs. */
function shareAt({ from, until }: ProgressiveConfig, done: number): number {
  return done >= until ? 1 : from + (1 - from) * (done / until);
}

function scaled(full: Size, share: number): Size {
  const side = (pixels: number): number =>
    share === 1 ? pixels : Math.min(pixels, Math.max(STEP, STEP * Math.round((pixels * share) / STEP)));
  return { height: side(full.height), width: side(full.width) };
}
