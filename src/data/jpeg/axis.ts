/** One direction of a component: the image's size, the result's, and how the component's 8-pixel blocks lie in it. */
export interface AxisPlan {
  size: number;
  out: number;
  blocks: number;
  /** Image pixels to a pixel of the component: 2 where chroma is halved. */
  stretch: number;
}

/** Which output positions a block paints, and the values of the kept cosines at their centres. */
export interface Axis {
  /** First output position of each block, and after the last block the end. */
  first: Int32Array;
  /** For each output position 8 cosines, 0 for frequencies that are not kept. */
  cosines: Float64Array;
  /**
   * Frequencies of a block that the result can show: those up to its Nyquist limit. One fewer, and where blocks and new pixels
   * don't line up a pixel would show its whole block's mean, half a pixel beside its place.
   */
  kept: number;
  /** The most positions that a block has. */
  most: number;
}

export function planAxis({ size, out, blocks, stretch }: AxisPlan): Axis {
  const first = new Int32Array(blocks + 1).fill(out);
  const cosines = new Float64Array(out * 8);
  const kept = Math.min(8, Math.ceil((8 * stretch * out) / size));
  for (let i = out - 1; i >= 0; i--) {
    const position = ((i + 0.5) * size) / (out * stretch);
    const block = Math.min(blocks - 1, Math.floor(position / 8));
    first[block] = i;
    for (let k = 0; k < kept; k++) cosines[i * 8 + k] = Math.cos(((position - block * 8) * k * Math.PI) / 8);
  }
  let most = 0;
  for (let b = blocks - 1; b >= 0; b--) {
    // A block without a position of its own begins where the next one does.
    first[b] = Math.min(first[b]!, first[b + 1]!);
    most = Math.max(most, first[b + 1]! - first[b]!);
  }
  return { first, cosines, kept, most };
}
