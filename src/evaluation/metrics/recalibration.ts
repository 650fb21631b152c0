/** Samples that share a predicted log-odds (or nearly): `weight` of them, `came` of which came true. */
export interface Recalibrated {
  /** 1 when the probabilities are spread rightly, below 1 when they are too extreme. */
  slope: number;
  /** 0 when as many come true as predicted, above 0 when more do: of the model with the slope held at 1. */
  intercept: number;
  /** Intercept of the model whose slope is fitted: of use only as the start of the next fit. */
  shift: number;
}

/**
 * Calibration slope and calibration in the large (Cox 1958; Van Calster et al. 2019): logistic regressions of what came true on the
 * predicted log-odds, the second with the slope held at 1. Maximum likelihood by Newton's method. NaN where there is none: one side
 * only, or sides that some threshold separates.
 *
 * @param logOdds predicted, of each bin
 * @param weight samples in it; bins without are skipped
 * @param came those of them that came true
 * @param start where to begin: the nearer, the sooner done
 */
export function recalibrate(
  logOdds: Float64Array,
  weight: Float64Array,
  came: Float64Array,
  start: Recalibrated,
  out: Recalibrated,
): void {
  fitSlope(logOdds, weight, came, start, out);
  out.intercept = interceptOf(logOdds, weight, came, start.intercept);
}

function fitSlope(x: Float64Array, weight: Float64Array, came: Float64Array, start: Recalibrated, out: Recalibrated) {
  out.slope = NaN;
  if (separated(x, weight, came)) return;
  if (newton(x, weight, came, start.shift, start.slope, out)) return;
  // Steps from a slope can run away where log-odds are in the tens; from none they do not.
  newton(x, weight, came, 0, 0, out);
}

/** Newton's method from intercept `a` and slope `b`; false where it does not arrive. */
function newton(
  x: Float64Array,
  weight: Float64Array,
  came: Float64Array,
  a: number,
  b: number,
  out: Recalibrated,
): boolean {
  for (let step = 0; step < 60; step++) {
    let g0 = 0;
    let g1 = 0;
    let h00 = 0;
    let h01 = 0;
    let h11 = 0;
    for (let i = 0; i < x.length; i++) {
      const w = weight[i]!;
      if (w === 0) continue;
      const p = 1 / (1 + Math.exp(-a - b * x[i]!));
      const r = came[i]! - w * p;
      const v = w * p * (1 - p);
      const vx = v * x[i]!;
      g0 += r;
      g1 += r * x[i]!;
      h00 += v;
      h01 += vx;
      h11 += vx * x[i]!;
    }
    const determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 1e-12 * h00 * h11)) return false;
    const da = (h11 * g0 - h01 * g1) / determinant;
    const db = (h00 * g1 - h01 * g0) / determinant;
    a += da;
    b += db;
    if (!(Math.abs(b) < 1e6)) return false;
    // Newton's steps square the error: after one this small nothing is left of it.
    if (Math.hypot(da, db) < 1e-6 * (1 + Math.abs(b))) {
      out.slope = b;
      out.shift = a;
      return true;
    }
  }
  return false;
}

function interceptOf(x: Float64Array, weight: Float64Array, came: Float64Array, start: number): number {
  let total = 0;
  let hits = 0;
  for (let i = 0; i < x.length; i++) {
    total += weight[i]!;
    hits += came[i]!;
  }
  if (hits <= 0 || hits >= total) return NaN;
  let low = -100;
  let high = 100;
  let a = start;
  for (let step = 0; step < 200; step++) {
    let g = 0;
    let h = 0;
    for (let i = 0; i < x.length; i++) {
      const w = weight[i]!;
      if (w === 0) continue;
      const p = 1 / (1 + Math.exp(-a - x[i]!));
      g += came[i]! - w * p;
      h += w * p * (1 - p);
    }
    if (g > 0) low = a;
    else high = a;
    const next = a + g / h;
    const inside = next > low && next < high;
    if (inside && Math.abs(next - a) < 1e-6) return next;
    if (high - low < 1e-10) return a;
    a = inside ? next : (low + high) / 2;
  }
  return a;
}

/** True when a threshold has all that came true on one side and all else on the other: the likelihood then has no maximum. */
function separated(x: Float64Array, weight: Float64Array, came: Float64Array): boolean {
  let lowYes = Infinity;
  let highYes = -Infinity;
  let lowNo = Infinity;
  let highNo = -Infinity;
  for (let i = 0; i < x.length; i++) {
    const yes = came[i]!;
    if (yes > 0) {
      if (x[i]! < lowYes) lowYes = x[i]!;
      if (x[i]! > highYes) highYes = x[i]!;
    }
    if (weight[i]! - yes > 0) {
      if (x[i]! < lowNo) lowNo = x[i]!;
      if (x[i]! > highNo) highNo = x[i]!;
    }
  }
  return lowYes >= highNo || lowNo >= highYes;
}

/** Log-odds of a probability, held within the machine's precision: at most 36.04 either way. */
export function logOdds(probability: number): number {
  const p = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability));
  return Math.log(p / (1 - p));
}
