/** The parts of an image's way to its answer, in their order. */
export const STAGES = ['queue', 'decode', 'infer', 'post'] as const;
export type Stage = (typeof STAGES)[number];

/**
 * Milliseconds that an image spent in each: `queue` waiting for a thread that decodes and for its batch, `decode` from its bytes to the
 * network's pixels, `infer` in the runtime with the batch it was in, `post` from the network's output to the answer (calibration, verdict,
 * set, heat map).
 */
export type Stages = Record<Stage, number>;

/** What an answer took. */
export interface Spent {
  /** Milliseconds until it was admitted; 0 where nothing asked for admission. */
  waited: number;
  /** Null where the image got no answer. */
  stages: Stages | null;
}
