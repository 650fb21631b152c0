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

/** A score and the limit above which it alarms; null where validation could not tell one. */
export interface Held {
  score: number;
  limit: number | null;
}

export interface Unlike {
  /** Whether a score is above its limit. */
  verdict: boolean;
  energy: Held;
  /** Distances; null where there is nothing to measure them by. */
  mahalanobis: Held | null;
  appearance: Held | null;
}

export function above(held: Held | null): boolean {
  return held !== null && held.limit !== null && held.score > held.limit;
}

/** Holds images against the limits. Unpacks the models once. */
export class OutOfDistributionScorer {
  readonly fitted: OutOfDistribution;
  private readonly classes: Gaussians | null;
  private readonly looks: Gaussians | null;

  constructor(fitted: OutOfDistribution) {
    this.fitted = fitted;
    this.classes = fitted.mahalanobis && unpack(fitted.mahalanobis.model);
    this.looks = fitted.appearance && unpack(fitted.appearance.model);
  }

  /** Of one image; without its embedding, or what it looks like, that score is left out. */
  score(logits: ArrayLike<number>, embedding?: ArrayLike<number>, appearance?: ArrayLike<number>): Unlike {
    const { energy: limit, mahalanobis: byClass, appearance: byLook } = this.fitted;
    const energy = { score: energies(logits, logits.length)[0]!, limit };
    const distance =
      this.classes && byClass && embedding
        ? { score: mahalanobis(this.classes, embedding), limit: byClass.limit }
        : null;
    const look =
      this.looks && byLook && appearance
        ? {
            score: mahalanobis(
              this.looks,
              Float32Array.from(appearance, (value, i) => value / byLook.scales[i]!),
            ),
            limit: byLook.limit,
          }
        : null;
    return {
      verdict: above(energy) || above(distance) || above(look),
      energy,
      mahalanobis: distance,
      appearance: look,
    };
  }
}
