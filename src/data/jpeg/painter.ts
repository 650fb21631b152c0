/** One direction of a component: the image's size, the result's, and how its 8-pixel blocks lie in it. */
export interface AxisPlan {
  size: number;
  out: number;
  blocks: number;
  /** Image pixels to a pixel of the component: 2 where chroma is halved. */
  stretch: number;
}

interface Axis {
  /** For each block: its first output position, and after the last block the end. */
  first: Int32Array;
  /** For each output position: 8 cosines, of the frequencies that are kept. */
  cosines: Float64Array;
  /** Frequencies that the output can show. */
  kept: number;
}

/** Index of the coefficient that nobody looks at. */
const DROPPED = 64;

/**
 * Paints blocks of cosine coefficients into a smaller plane. `coefficients` (row of frequency times 8, plus column) is filled by
 * the reader through `places` and `steps`, painted, and cleared again.
 */
export class BlockPainter {
  readonly plane: Uint8ClampedArray<ArrayBuffer>;
  readonly coefficients = new Float64Array(65);
  /** Where the k-th coefficient of the zigzag goes; frequencies that are not kept go to a place of their own. */
  readonly places = new Uint8Array(64);
  /** Quantiser step of the k-th coefficient, times the transform's factors. */
  readonly steps = new Float64Array(64);
  /** All places written but the first, or-ed: tells whether only low frequencies, or none, are there. */
  reach = 0;
  private readonly across: Axis;
  private readonly down: Axis;
  private readonly width: number;
  private readonly half = new Float64Array(8 * 64);

  constructor(across: AxisPlan, down: AxisPlan, quantiser: Uint16Array, zigzag: Uint8Array) {
    this.across = planAxis(across);
    this.down = planAxis(down);
    this.width = across.out;
    this.plane = new Uint8ClampedArray(across.out * down.out);
    for (let k = 0; k < 64; k++) {
      const u = zigzag[k]! & 7;
      const v = zigzag[k]! >> 3;
      this.places[k] = u < this.across.kept && v < this.down.kept ? zigzag[k]! : DROPPED;
      this.steps[k] = quantiser[k]! * (u === 0 ? Math.SQRT1_2 / 2 : 0.5) * (v === 0 ? Math.SQRT1_2 / 2 : 0.5);
    }
  }

  paint(blockX: number, blockY: number): void {
    const { coefficients, plane, width, reach } = this;
    const x0 = this.across.first[blockX]!;
    const x1 = this.across.first[blockX + 1]!;
    const y0 = this.down.first[blockY]!;
    const y1 = this.down.first[blockY + 1]!;
    // 128 is the format's level shift, 0.5 rounds.
    const base = coefficients[0]! + 128.5;
    if ((reach & ~DROPPED) === 0) {
      const level = base | 0;
      for (let y = y0; y < y1; y++) for (let x = x0, at = y * width + x0; x < x1; x++, at++) plane[at] = level;
      return;
    }
    coefficients[0] = base;
    if ((reach & 0x24) === 0) this.paintLow(x0, x1, y0, y1);
    else this.paintAll(x0, x1, y0, y1);
    coefficients.fill(0);
  }

  /** Frequencies 0 to 3 in both directions. */
  private paintLow(x0: number, x1: number, y0: number, y1: number): void {
    const { coefficients: f, plane, width, half } = this;
    const cx = this.across.cosines;
    const cy = this.down.cosines;
    const f00 = f[0]!,
      f01 = f[1]!,
      f02 = f[2]!,
      f03 = f[3]!;
    const f10 = f[8]!,
      f11 = f[9]!,
      f12 = f[10]!,
      f13 = f[11]!;
    const f20 = f[16]!,
      f21 = f[17]!,
      f22 = f[18]!,
      f23 = f[19]!;
    const f30 = f[24]!,
      f31 = f[25]!,
      f32 = f[26]!,
      f33 = f[27]!;
    for (let x = x0, h = 0; x < x1; x++, h += 4) {
      const c1 = cx[x * 8 + 1]!;
      const c2 = cx[x * 8 + 2]!;
      const c3 = cx[x * 8 + 3]!;
      half[h] = f00 + f01 * c1 + f02 * c2 + f03 * c3;
      half[h + 1] = f10 + f11 * c1 + f12 * c2 + f13 * c3;
      half[h + 2] = f20 + f21 * c1 + f22 * c2 + f23 * c3;
      half[h + 3] = f30 + f31 * c1 + f32 * c2 + f33 * c3;
    }
    for (let y = y0; y < y1; y++) {
      const c1 = cy[y * 8 + 1]!;
      const c2 = cy[y * 8 + 2]!;
      const c3 = cy[y * 8 + 3]!;
      for (let x = x0, h = 0, at = y * width + x0; x < x1; x++, h += 4, at++) {
        plane[at] = (half[h]! + half[h + 1]! * c1 + half[h + 2]! * c2 + half[h + 3]! * c3) | 0;
      }
    }
  }

  private paintAll(x0: number, x1: number, y0: number, y1: number): void {
    const { coefficients: f, plane, width, half } = this;
    const cx = this.across.cosines;
    const cy = this.down.cosines;
    const across = this.across.kept;
    const down = this.down.kept;
    for (let x = x0, h = 0; x < x1; x++, h += 8) {
      for (let v = 0; v < down; v++) {
        let sum = f[v * 8]!;
        for (let u = 1; u < across; u++) sum += f[v * 8 + u]! * cx[x * 8 + u]!;
        half[h + v] = sum;
      }
    }
    for (let y = y0; y < y1; y++) {
      for (let x = x0, h = 0, at = y * width + x0; x < x1; x++, h += 8, at++) {
        let sum = half[h]!;
        for (let v = 1; v < down; v++) sum += half[h + v]! * cy[y * 8 + v]!;
        plane[at] = sum | 0;
      }
    }
  }
}

function planAxis({ size, out, blocks, stretch }: AxisPlan): Axis {
  const first = new Int32Array(blocks + 1).fill(out);
  const cosines = new Float64Array(out * 8);
  // As many frequencies as a block has samples in the result.
  const kept = Math.min(8, Math.max(1, Math.round((8 * stretch * out) / size)));
  for (let i = out - 1; i >= 0; i--) {
    const position = ((i + 0.5) * size) / (out * stretch);
    const block = Math.min(blocks - 1, Math.floor(position / 8));
    first[block] = i;
    for (let k = 0; k < 8; k++)
      cosines[i * 8 + k] = k < kept ? Math.cos(((position - block * 8) * k * Math.PI) / 8) : 0;
  }
  // A block without a position of its own begins where the next one does.
  for (let b = blocks - 1; b >= 0; b--) first[b] = Math.min(first[b]!, first[b + 1]!);
  return { first, cosines, kept };
}
