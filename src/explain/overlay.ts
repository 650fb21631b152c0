import { turboTable } from './colour.ts';
import type { Grid } from './heatmap.ts';

/** How much of the colour covers the image where the evidence is strongest. */
const STRENGTH = 0.6;

/** Smoothstep: the cover fades in without an edge. */
const coverOf = (value: number): number => STRENGTH * value * value * (3 - 2 * value);

/**
 * Lays a heat map over an image: colour by the value, cover by the value too, so that places without evidence show the image
 * as it is.
 * @param pixels RGB, HWC, of the map's height and width.
 * @returns RGB, HWC.
 */
export function overlayPixels(pixels: Uint8Array, heat: Grid): Uint8Array {
  const { height, width, data } = heat;
  const table = turboTable();
  const out = new Uint8Array(height * width * 3);
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    const colour = Math.round(value * 255) * 3;
    const cover = coverOf(value);
    for (let c = 0; c < 3; c++) {
      out[i * 3 + c] = Math.round(pixels[i * 3 + c]! * (1 - cover) + table[colour + c]! * cover);
    }
  }
  return out;
}

/** The map alone as a PNG: its colours, as transparent as it covers. Laid over the image it gives what `overlayPixels` does. */
export async function mapPng({ height, width, data }: Grid): Promise<Uint8Array> {
  const table = turboTable();
  const out = new Uint8Array(height * width * 4);
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    const colour = Math.round(value * 255) * 3;
    out.set(table.subarray(colour, colour + 3), i * 4);
    out[i * 4 + 3] = Math.round(255 * coverOf(value));
  }
  const { default: sharp } = await import('sharp');
  return sharp(out, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 6 })
    .toBuffer();
}

/** The same as a PNG. */
export async function overlayPng(pixels: Uint8Array, heat: Grid): Promise<Uint8Array> {
  const { height, width } = heat;
  const { default: sharp } = await import('sharp');
  return sharp(overlayPixels(pixels, heat), { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6 })
    .toBuffer();
}
