import type { OutOfDistribution } from '../spec.ts';
import { type Gaussians, mahalanobis, unpack } from './embedding-model.ts';

/** -log sum exp(logits) of each row of [samples, classes]: high where no class has much to say. */
export function energies(logits: ArrayLike<number>, classes: number): Float64Array {
  const out = new Float64Array(logits.length / classes);
  for (let i = 0; i < out.length; i++) {
    let top = -Infinity;
    for (let k = 0; k < classes; k++) if (logits[i * classes + k]! > top) top = logits[i * classes + k]!;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(logits[i * classes + k]! - top);
    out[i] = -(top + Math.log(sum));
  }
  return out;
}

export interface Unlike {
  /** Whether a score is above its limit. */
  verdict: boolean;
  energy: { score: number; limit: number | null };
  /** Null where the model has no such limit. */
  mahalanobis: { score: number; limit: number | null } | null;
}

/** Holds images against the limits. Unpacks the model once. */
export class OutOfDistributionScorer {
  readonly fitted: OutOfDistribution;
  private readonly gaussians: Gaussians | null;

  constructor(fitted: OutOfDistribution) {
    this.fitted = fitted;
    this.gaussians = fitted.mahalanobis === null ? null : unpack(fitted.mahalanobis.model);
  }

  /** Length of the embeddings it wants; null when it wants none. */
  get features(): number | null {
    return this.gaussians?.features ?? null;
  }

  /** @param embedding of the same image; without it the distance is left out. */
  score(logits: ArrayLike<number>, embedding?: ArrayLike<number>): Unlike {
    const energy = { score: energies(logits, logits.length)[0]!, limit: this.fitted.energy };
    const distance =
      this.gaussians === null || embedding === undefined
        ? null
        : { score: mahalanobis(this.gaussians, embedding), limit: this.fitted.mahalanobis!.limit };
    return { verdict: above(energy) || (distance !== null && above(distance)), energy, mahalanobis: distance };
  }
}

function above({ score, limit }: { score: number; limit: number | null }): boolean {
  return limit !== null && score > limit;
}
