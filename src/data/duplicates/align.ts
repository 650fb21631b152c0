/**
 * Where each pixel of one picture lies in another: x' = scaleX * x + shiftX and so in y, in units of half the side from the centre.
 * A crop or a stretch, no rotation.
 */
export interface Warp {
  scaleX: number;
  shiftX: number;
  scaleY: number;
  shiftY: number;
}

export const STILL: Warp = { scaleX: 1, shiftX: 0, scaleY: 1, shiftY: 0 };

/** A crop takes no more off than this lets the two differ. */
const SCALE = 1.25;
const SHIFT = 0.25;
/** The most that one step changes. */
const STRIDE = 0.06;

/** `from` as `warp` sees it, bilinear; `mask` is 0 where that lies outside. */
export function warped(from: Float32Array, side: number, warp: Warp, out: Float32Array, mask: Uint8Array): void {
  const xs = places(side, warp.scaleX, warp.shiftX);
  const ys = places(side, warp.scaleY, warp.shiftY);
  for (let y = 0, at = 0; y < side; y++) {
    const row = ys.first[y]! * side;
    const down = ys.rest[y]!;
    for (let x = 0; x < side; x++, at++) {
      const p = row + xs.first[x]!;
      const right = xs.rest[x]!;
      const upper = from[p]! + right * (from[p + 1]! - from[p]!);
      const lower = from[p + side]! + right * (from[p + side + 1]! - from[p + side]!);
      out[at] = upper + down * (lower - upper);
      mask[at] = xs.inside[x]! & ys.inside[y]!;
    }
  }
}

function places(side: number, scale: number, shift: number) {
  const first = new Int32Array(side);
  const rest = new Float32Array(side);
  const inside = new Uint8Array(side);
  for (let i = 0; i < side; i++) {
    const place = ((2 * (i + 0.5)) / side - 1) * scale + shift;
    const pixel = ((place + 1) / 2) * side - 0.5;
    first[i] = Math.max(0, Math.min(side - 2, Math.floor(pixel)));
    rest[i] = Math.max(0, Math.min(1, pixel - first[i]!));
    inside[i] = place >= -1 && place <= 1 ? 1 : 0;
  }
  return { first, rest, inside };
}

/**
 * The warp under which `b` looks most like `a`, whatever their brightness and contrast: Gauss-Newton steps over the four numbers
 * of the warp, a gain and an offset (Lucas & Kanade 1981; Baker & Matthews 2004).
 */
export function align(a: Float32Array, b: Float32Array, side: number, start: Warp, steps: number): Warp {
  let warp = start;
  const seen = new Float32Array(side * side);
  const mask = new Uint8Array(side * side);
  for (let step = 0; step < steps; step++) {
    warped(b, side, warp, seen, mask);
    const change = solve(normalEquations(a, seen, mask, side, warp));
    const gain = Math.max(0.05, Math.abs(change[4]!)) * Math.sign(change[4]! || 1);
    const [dx, tx, dy, ty] = [0, 1, 2, 3].map((i) => Math.max(-STRIDE, Math.min(STRIDE, change[i]! / gain || 0)));
    warp = {
      scaleX: Math.max(1 / SCALE, Math.min(SCALE, warp.scaleX + dx!)),
      shiftX: Math.max(-SHIFT, Math.min(SHIFT, warp.shiftX + tx!)),
      scaleY: Math.max(1 / SCALE, Math.min(SCALE, warp.scaleY + dy!)),
      shiftY: Math.max(-SHIFT, Math.min(SHIFT, warp.shiftY + ty!)),
    };
    if (Math.max(Math.abs(dx!), Math.abs(tx!), Math.abs(dy!), Math.abs(ty!)) < 1e-3) break;
  }
  return warp;
}

const UNKNOWNS = 6;

/** Rows of [J'J | J'a], of the least squares problem a = J * (gain * warp's change, gain, offset). */
function normalEquations(
  a: Float32Array,
  seen: Float32Array,
  mask: Uint8Array,
  side: number,
  warp: Warp,
): Float64Array[] {
  const products = new Float64Array((UNKNOWNS * (UNKNOWNS + 3)) / 2);
  const slopes = new Float64Array(UNKNOWNS + 1);
  slopes[5] = 1;
  for (let y = 1; y < side - 1; y++) {
    const cy = (2 * (y + 0.5)) / side - 1;
    for (let x = 1; x < side - 1; x++) {
      const p = y * side + x;
      if (!(mask[p]! & mask[p - 1]! & mask[p + 1]! & mask[p - side]! & mask[p + side]!)) continue;
      const alongX = ((seen[p + 1]! - seen[p - 1]!) * side) / 4 / warp.scaleX;
      const alongY = ((seen[p + side]! - seen[p - side]!) * side) / 4 / warp.scaleY;
      slopes[0] = alongX * ((2 * (x + 0.5)) / side - 1);
      slopes[1] = alongX;
      slopes[2] = alongY * cy;
      slopes[3] = alongY;
      slopes[4] = seen[p]!;
      slopes[UNKNOWNS] = a[p]!;
      for (let i = 0, at = 0; i < UNKNOWNS; i++) {
        const slope = slopes[i]!;
        for (let j = i; j <= UNKNOWNS; j++, at++) products[at]! += slope * slopes[j]!;
      }
    }
  }
  const sums = Array.from({ length: UNKNOWNS }, () => new Float64Array(UNKNOWNS + 1));
  for (let i = 0, at = 0; i < UNKNOWNS; i++) {
    for (let j = i; j <= UNKNOWNS; j++, at++) {
      sums[i]![j] = products[at]!;
      if (j < UNKNOWNS) sums[j]![i] = products[at]!;
    }
    sums[i]![i] = sums[i]![i]! * 1.0001 + 1e-6;
  }
  return sums;
}

/** Gauss's elimination with partial pivoting. The rows are used up. */
function solve(rows: Float64Array[]): Float64Array {
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let r = i + 1; r < n; r++) if (Math.abs(rows[r]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = r;
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let r = i + 1; r < n; r++) {
      const factor = rows[r]![i]! / rows[i]![i]!;
      for (let c = i; c <= n; c++) rows[r]![c]! -= factor * rows[i]![c]!;
    }
  }
  const out = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = rows[i]![n]!;
    for (let c = i + 1; c < n; c++) sum -= rows[i]![c]! * out[c]!;
    out[i] = sum / rows[i]![i]!;
  }
  return out;
}
