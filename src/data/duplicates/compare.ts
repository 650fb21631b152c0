import { align, STILL, type Warp, warped } from './align.ts';
import { SIDE } from './fingerprint.ts';
import { blur, correlation, halve, turn } from './plane.ts';

/** Side of the pictures that decide. */
export const FINE = 2 * SIDE;

/**
 * Correlation of the fine detail from which on two pictures are one: at the full side; or a little less of it where the noise of a
 * strong compression hides the finest detail, if they agree all the more at half the side. docs/data.md says what was
 * measured on either side of these.
 */
const ALIKE = 0.85;
const ALMOST = { fine: 0.78, coarse: 0.9 };
/** The same of fingerprints, from which on it is worth decoding the files. */
const PROMISING = 0.75;
/** Correlation of the fingerprints at half their side, not yet laid over each other; what a crop of 5% leaves is .83 and more. */
const SIMILAR = 0.65;
/** How much less than the best another way to turn the picture may correlate and still be tried. */
const NEARLY = 0.08;
/** Level of noise (of 255) under which detail says little: that of a JPEG at quality 50. */
const NOISE = 4;

/** How two pictures lie over each other: `b` is turned first, then warped. */
export interface Match {
  /** See `turn`. */
  way: number;
  warp: Warp;
}

export function asPlane(pixels: Uint8Array): Float32Array {
  return Float32Array.from(pixels);
}

/** Whether two fingerprints may be of one picture, and if so how these lie over each other. */
export function screen(a: Uint8Array, b: Uint8Array): Match | undefined {
  const [one, two] = [asPlane(a), asPlane(b)];
  const [smallOne, smallTwo] = [halve(one, SIDE), halve(two, SIDE)];
  const ways = [0, 1, 2, 3, 4, 5, 6, 7]
    .map((way) => ({ way, likeness: correlation(smallOne, turn(smallTwo, SIDE / 2, way)) }))
    .sort((p, q) => q.likeness - p.likeness);
  const [first, second] = [ways[0]!, ways[1]!];
  if (first.likeness < SIMILAR) return undefined;
  let best: { score: number; match: Match } | undefined;
  for (const { way } of first.likeness - second.likeness < NEARLY ? [first, second] : [first]) {
    const rough = align(smallOne, turn(smallTwo, SIDE / 2, way), SIDE / 2, STILL, 8);
    const turned = turn(two, SIDE, way);
    const match = { way, warp: align(one, turned, SIDE, rough, 4) };
    const score = likeness(one, turned, SIDE, match.warp);
    if (best === undefined || score > best.score) best = { score, match };
  }
  return best!.score >= PROMISING ? best!.match : undefined;
}

/**
 * @param a, b FINE x FINE.
 * @returns whether they are one picture, the correlation of their fine detail, and how they lie over each other, more exactly.
 */
export function compare(
  a: Float32Array,
  b: Float32Array,
  { way, warp }: Match,
): { alike: boolean; likeness: number; match: Match } {
  const turned = turn(b, FINE, way);
  const better = align(a, turned, FINE, warp, 4);
  const fine = likeness(a, turned, FINE, better);
  const alike =
    fine >= ALIKE ||
    (fine >= ALMOST.fine && likeness(halve(a, FINE), halve(turned, FINE), SIDE, better) >= ALMOST.coarse);
  return { alike, likeness: fine, match: { way, warp: better } };
}

/**
 * Correlation of the fine detail of two pictures where they overlap. Detail is what a blur takes away, divided by how much of it
 * there is about each place: so the strong outlines that all pictures of a kind share (the rim of a dermatoscope, the border of
 * a lung) count no more than the fine structure which is each picture's own.
 */
function likeness(a: Float32Array, b: Float32Array, side: number, warp: Warp): number {
  const seen = new Float32Array(side * side);
  const mask = new Uint8Array(side * side);
  warped(b, side, warp, seen, mask);
  return correlation(detail(a, side), detail(seen, side), mask);
}

function detail(picture: Float32Array, side: number): Float32Array {
  const sigma = side / 24;
  const soft = blur(picture, side, sigma);
  const rest = picture.map((value, i) => value - soft[i]!);
  const power = blur(
    rest.map((value) => value * value),
    side,
    sigma,
  );
  return rest.map((value, i) => value / Math.sqrt(power[i]! + NOISE * NOISE));
}
