/** Tests and intervals that hold however often they are looked at, and whenever one stops looking. */
import type { Interval } from './proportion.ts';
import { logGamma } from './special.ts';

/** Jeffreys' prior. */
const HALF = 0.5;
interface Count {
  hits: number;
  n: number;
}

/** The prior that Turner, Ly and Grünwald recommend for a test of two proportions. */
const PRIOR = 0.18;
const HALVINGS = 60;

/**
 * Interval of a share at one moment of a sequence of independent yes/no results: with `level` certainty the truth lies in all of the
 * intervals of all moments at once (Robbins 1970; Beta-binomial mixture, Ville's inequality). n > 0.
 */
export function confidenceSequence(hits: number, n: number, level = 0.95): Interval {
  const misses = n - hits;
  const limit = -Math.log(1 - level);
  const mixture = logBeta(hits + HALF, misses + HALF) - logBeta(HALF, HALF);
  /** log of the evidence against `p`. */
  const against = (p: number): number => mixture - term(hits, p) - term(misses, 1 - p);
  const middle = hits / n;
  const edge = (outside: number): number => {
    let inner = middle;
    let outer = outside;
    if (against(outer) < limit) return outer;
    for (let i = 0; i < HALVINGS; i++) {
      const p = (inner + outer) / 2;
      if (against(p) < limit) inner = p;
      else outer = p;
    }
    return outer;
  };
  return { low: edge(0), high: edge(1) };
}

/**
 * Evidence (an e-value) against one half being the share of `wins` among pairs of which one side won: of two classifiers on the same
 * images, those that only one of them got right (McNemar's question). As log; exp of it is at least 1/alpha with a chance of at most
 * alpha, at any moment, where there is no difference.
 */
export function pairedEvidence(wins: number, losses: number): number {
  return logBeta(wins + HALF, losses + HALF) - logBeta(HALF, HALF) + (wins + losses) * Math.LN2;
}

/**
 * Evidence against two streams of independent yes/no results having the same share (Turner, Ly and Grünwald 2024, "Generic E-variables
 * for exact sequential k-sample tests that allow for optional stopping"). Results are taken in blocks that hold both streams; what is
 * expected of a block is learnt from those before it.
 */
export class TwoSampleEvidence {
  private readonly seen: [Count, Count] = [
    { hits: 0, n: 0 },
    { hits: 0, n: 0 },
  ];
  private readonly block: [Count, Count] = [
    { hits: 0, n: 0 },
    { hits: 0, n: 0 },
  ];
  /** log of the e-value. */
  log = 0;

  add(stream: 0 | 1, hit: boolean): void {
    const mine = this.block[stream];
    mine.n += 1;
    if (hit) mine.hits += 1;
    if (this.block[0].n > 0 && this.block[1].n > 0) this.close();
  }

  private close(): void {
    const [a, b] = this.block;
    const [p, q] = this.seen.map(({ hits, n }) => (hits + PRIOR) / (n + 2 * PRIOR)) as [number, number];
    this.log += blockEvidence(a, b, p, q);
    for (const i of [0, 1] as const) {
      this.seen[i].hits += this.block[i].hits;
      this.seen[i].n += this.block[i].n;
      this.block[i].hits = 0;
      this.block[i].n = 0;
    }
  }
}

/** log of how much likelier a block is under shares p and q than under the one share between them that is nearest. */
export function blockEvidence(
  a: { hits: number; n: number },
  b: { hits: number; n: number },
  p: number,
  q: number,
): number {
  const both = (a.n * p + b.n * q) / (a.n + b.n);
  const likely = (one: { hits: number; n: number }, share: number): number =>
    term(one.hits, share) + term(one.n - one.hits, 1 - share);
  return likely(a, p) + likely(b, q) - likely(a, both) - likely(b, both);
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** count x log p, where nothing times log 0 is nothing. */
function term(count: number, p: number): number {
  return count === 0 ? 0 : count * Math.log(p);
}
