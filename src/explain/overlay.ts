import { turboTable } from './colour.ts';
import type { Grid } from './heatmap.ts';

/** How much of the colour covers the image where the evidence is strongest. */
const STRENGTH = 0.6;

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
    // Smoothstep: the cover fades in without an edge.
    const cover = STRENGTH * value * value * (3 - 2 * value);
    for (let c = 0; c < 3; c++) {
      out[i * 3 + c] = Math.round(pixels[i * 3 + c]! * (1 - cover) + table[colour + c]! * cover);
    }
  }
  return out;
}

/** The same as a PNG. */
export async function overlayPng(pixels: Uint8Array, heat: Grid): Promise<Uint8Array> {
  const { height, width } = heat;
  const { default: sharp } = await import('sharp');
  return sharp(overlayPixels(pixels, heat), { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6 })
    .toBuffer();
}
