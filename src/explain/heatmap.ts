/** Values on a grid, row by row. */
export interface Grid {
  height: number;
  width: number;
  data: Float32Array;
}

/**
 * How much each place speaks for one class and against the others, in logits; negative where it speaks against it.
 * Softmax only sees differences of logits, so a class's activation map counts against the mean of the other classes' maps.
 * @param cam [K, h, w] of one image.
 */
export function classLead(cam: Float32Array, classes: number, index: number, height: number, width: number): Grid {
  const size = height * width;
  const data = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += cam[k * size + i]!;
    const own = cam[index * size + i]!;
    data[i] = own - (sum - own) / Math.max(1, classes - 1);
  }
  return { height, width, data };
}

/** Where the image speaks for one class, 0..1: `classLead` with what speaks against it cut off, the strongest place 1. All zero when nothing does. */
export function classEvidence(cam: Float32Array, classes: number, index: number, height: number, width: number): Grid {
  return positive(classLead(cam, classes, index, height, width));
}

/** What is above zero, the strongest place 1. */
export function positive({ height, width, data }: Grid): Grid {
  return { height, width, data: scaledToOne(data.map((v) => Math.max(0, v))) };
}

/** `enlargeSigned` of a map without negative values, its strongest place taken to 1 again. */
export function enlarge(map: Grid, height: number, width: number): Grid {
  const { data } = enlargeSigned(map, height, width);
  return { height, width, data: scaledToOne(data) };
}

/**
 * Enlarges a map with cubic B-splines, which have no corners and make no values of their own. Pixel centres line up as in an image
 * resize; beyond the edge the last value goes on.
 */
export function enlargeSigned(map: Grid, height: number, width: number): Grid {
  const rows = weights(map.height, height);
  const columns = weights(map.width, width);
  const wide = new Float32Array(map.height * width);
  for (let y = 0; y < map.height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let t = 0; t < 4; t++)
        sum += columns.weight[x * 4 + t]! * map.data[y * map.width + columns.source[x * 4 + t]!]!;
      wide[y * width + x] = sum;
    }
  }
  const data = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let t = 0; t < 4; t++) {
      const weight = rows.weight[y * 4 + t]!;
      const from = rows.source[y * 4 + t]! * width;
      for (let x = 0; x < width; x++) data[y * width + x]! += weight * wide[from + x]!;
    }
  }
  return { height, width, data };
}

/** For each of `to` places, the four source places and their B-spline weights. */
function weights(from: number, to: number): { source: Int32Array; weight: Float32Array } {
  const source = new Int32Array(to * 4);
  const weight = new Float32Array(to * 4);
  for (let i = 0; i < to; i++) {
    const at = ((i + 0.5) * from) / to - 0.5;
    const base = Math.floor(at);
    const t = at - base;
    const w = [
      (1 - t) ** 3 / 6,
      (3 * t ** 3 - 6 * t ** 2 + 4) / 6,
      (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6,
      t ** 3 / 6,
    ];
    for (let k = 0; k < 4; k++) {
      source[i * 4 + k] = Math.min(from - 1, Math.max(0, base - 1 + k));
      weight[i * 4 + k] = w[k]!;
    }
  }
  return { source, weight };
}

function scaledToOne(data: Float32Array): Float32Array {
  let max = 0;
  for (const v of data) if (v > max) max = v;
  return max > 0 && Number.isFinite(max) ? data.map((v) => v / max) : new Float32Array(data.length);
}
