import type { Pixels } from '../data/resize.ts';
import type { Grid } from './heatmap.ts';
import { overlayPixels } from './overlay.ts';

/**
 * The image as the network sees it, with a map over it and the mask's outline, as a WebP in a data URL.
 * @param pixels RGB.
 * @param mask 1 inside, of the same size.
 */
export async function pictureOf(pixels: Pixels, map: Grid | null, mask: Uint8Array | null): Promise<string> {
  const { height, width } = pixels;
  const data = map === null ? Uint8Array.from(pixels.data) : overlayPixels(pixels.data, map);
  if (mask !== null) outline(data, mask, height, width);
  const { default: sharp } = await import('sharp');
  const webp = await sharp(data, { raw: { width, height, channels: 3 } })
    .webp({ quality: 80 })
    .toBuffer();
  return `data:image/webp;base64,${webp.toString('base64')}`;
}

/** White where the mask ends, with black beside it: seen on any ground. */
function outline(data: Uint8Array, mask: Uint8Array, height: number, width: number): void {
  const isIn = (y: number, x: number): boolean =>
    y >= 0 && x >= 0 && y < height && x < width && mask[y * width + x] !== 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const own = isIn(y, x);
      const edge = [isIn(y - 1, x), isIn(y + 1, x), isIn(y, x - 1), isIn(y, x + 1)].some((other) => other !== own);
      if (edge) data.fill(own ? 255 : 0, (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
}
