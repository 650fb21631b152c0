/** What was measured of one image: numbers, names, or null where there is nothing to measure. By the features' names. */
export type Measurement = Record<string, number | string | null>;

/** Raised whenever the same image would give other figures; part of the key under which they are kept. */
export const MEASURE_VERSION = 1;

/** A picture's brightness, 0..255, row by row. */
export interface Grey {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Part of a picture, in pixels. */
export interface Window {
  left: number;
  top: number;
  width: number;
  height: number;
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Value below which a share of them lies. */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
