import { createHash } from 'node:crypto';
import { openImage } from '../decode.ts';
import { fitPixels } from '../preprocess.ts';
import type { Pixels } from '../resize.ts';
import { asPlane, compare, FINE, screen } from './compare.ts';
import { DECODED } from './fingerprint.ts';
import { type Sides, wordsFor } from './transform.ts';

/** Two contents that may be one picture. */
export interface Suspect {
  a: Side;
  b: Side;
}

export interface Side extends Sides {
  path: string;
  fingerprint: Uint8Array;
}

export type Verdict = { kind: 'exact' | 'near'; distance: number; transform: string } | null;

const GREY = { width: FINE, height: FINE, fit: 'stretch', channels: 1 } as const;
/** Planes that are kept: the same image is often suspected with several. */
const KEPT = 256;
/** Shades by which the fingerprints of equal pixels may differ, on average: a JPEG is decoded at another size than a PNG. */
const SAME = 3;

/** Decides on suspects, from the fingerprints where these differ, else from the files' pixels. */
export class Verifier {
  private readonly planes = new Map<string, Float32Array>();
  private readonly near: boolean;

  /** @param near whether near copies count. */
  constructor(near: boolean) {
    this.near = near;
  }

  async verify({ a, b }: Suspect): Promise<Verdict> {
    if (a.width === b.width && a.height === b.height && meanDifference(a.fingerprint, b.fingerprint) <= SAME) {
      if (await samePixels(a.path, b.path)) return { kind: 'exact', distance: 0, transform: 'none' };
    }
    if (!this.near) return null;
    const match = screen(a.fingerprint, b.fingerprint);
    if (match === undefined) return null;
    const [one, two] = [await this.plane(a.path), await this.plane(b.path)];
    const { alike, likeness, match: better } = compare(one, two, match);
    if (!alike) return null;
    const brightness = mean(b.fingerprint) / Math.max(1, mean(a.fingerprint));
    return {
      kind: 'near',
      distance: Math.round(1e4 * (1 - likeness)) / 1e4,
      transform: wordsFor(better, a, b, brightness),
    };
  }

  private async plane(path: string): Promise<Float32Array> {
    const known = this.planes.get(path);
    if (known !== undefined) return known;
    const plane = asPlane(fitPixels(await (await openImage(path)).decode(DECODED), GREY));
    if (this.planes.size >= KEPT) this.planes.delete(this.planes.keys().next().value!);
    this.planes.set(path, plane);
    return plane;
  }
}

/** Whether two files hold the same pixels, as 8 bit grey or sRGB and after EXIF orientation. */
export async function samePixels(a: string, b: string): Promise<boolean> {
  const [one, two] = [await wholePixels(a), await wholePixels(b)];
  if (one.width !== two.width || one.height !== two.height) return false;
  if (one.channels === two.channels) return Buffer.compare(one.data, two.data) === 0;
  const [grey, colour] = one.channels === 1 ? [one.data, two.data] : [two.data, one.data];
  for (let i = 0, p = 0; i < grey.length; i++, p += 3) {
    if (colour[p] !== grey[i] || colour[p + 1] !== grey[i] || colour[p + 2] !== grey[i]) return false;
  }
  return true;
}

/** Of an image's pixels as they are compared: equal for a grey image and the same one in colour. */
export async function pixelDigest(path: string): Promise<string> {
  const { width, height, channels, data } = await wholePixels(path);
  const hash = createHash('sha256').update(`${width} ${height}`);
  const grey = channels === 1 || data.every((value, i) => value === data[i - (i % 3)]);
  return hash.update(grey && channels === 3 ? data.filter((_, i) => i % 3 === 0) : data).digest('hex');
}

async function wholePixels(path: string): Promise<Pixels> {
  return (await openImage(path)).decode();
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

function mean(values: Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
