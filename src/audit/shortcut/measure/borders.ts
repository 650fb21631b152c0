import type { Grey, Measurement, Window } from './measurement.ts';

/** Differences up to this are compression's, not the picture's. */
const FLAT = 10;
/** A border never takes more than this share of a side: a picture that is flat all over has none. */
const MOST = 0.45;

/**
 * Rows and columns at the edges that hold one value only (padding, frames, letterboxes), from outside in.
 * @returns shares of height and width, the border's brightness, and the picture within.
 */
export function measureBorders(grey: Grey): { measurement: Measurement; inner: Window } {
  const { width, height } = grey;
  const top = run(grey, 'row', 0, 1);
  const bottom = run(grey, 'row', height - 1, -1);
  const left = run(grey, 'column', 0, 1);
  const right = run(grey, 'column', width - 1, -1);
  const shares = {
    top: top.length / height,
    bottom: bottom.length / height,
    left: left.length / width,
    right: right.length / width,
  };
  const longest = [top, bottom, left, right].reduce((a, b) => (b.length > a.length ? b : a));
  const inner = {
    left: left.length,
    top: top.length,
    width: width - left.length - right.length,
    height: height - top.length - bottom.length,
  };
  return {
    measurement: {
      borderTop: round(shares.top),
      borderBottom: round(shares.bottom),
      borderLeft: round(shares.left),
      borderRight: round(shares.right),
      border: round(1 - (inner.width * inner.height) / (width * height)),
      borderLevel: longest.length === 0 ? null : Math.round(longest.level),
      vignette: round(vignette(grey)),
    },
    inner,
  };
}

/** How many lines from the edge on are flat and alike, and their brightness. */
function run(
  { width, height, data }: Grey,
  way: 'row' | 'column',
  start: number,
  step: 1 | -1,
): { length: number; level: number } {
  const along = way === 'row' ? width : height;
  const across = way === 'row' ? height : width;
  const [stride, next] = way === 'row' ? [width, 1] : [1, width];
  let level = 0;
  let length = 0;
  for (; length < MOST * across; length++) {
    const base = (start + step * length) * stride;
    let sum = 0;
    let odd = 0;
    for (let i = 0; i < along; i++) sum += data[base + i * next]!;
    const mean = sum / along;
    if (length === 0) level = mean;
    // A few odd pixels (a letter, dust) do not end a border.
    const allowed = along * 0.02;
    for (let i = 0; i < along && odd <= allowed; i++) if (Math.abs(data[base + i * next]! - level) > FLAT) odd++;
    if (odd > allowed) break;
  }
  // A single line is an artefact of many resizers.
  return length < 2 || length >= MOST * across ? { length: 0, level: 0 } : { length, level };
}

/** Share of the corners, outside the inscribed ellipse, that is black: a dermoscope's or an endoscope's round field. */
function vignette({ width, height, data }: Grey): number {
  let outside = 0;
  let black = 0;
  for (let y = 0; y < height; y += 2) {
    const v = (2 * (y + 0.5)) / height - 1;
    for (let x = 0; x < width; x += 2) {
      const u = (2 * (x + 0.5)) / width - 1;
      if (u * u + v * v <= 1) continue;
      outside++;
      if (data[y * width + x]! <= 24) black++;
    }
  }
  return outside === 0 ? 0 : black / outside;
}

function round(share: number): number {
  return Math.round(share * 1000) / 1000;
}
