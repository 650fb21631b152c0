import { openImage } from './decode.ts';

/**
 * A small picture of an image for a page that stands alone: a WebP as a data URL, its longer side at most `side` pixels.
 * Null where the file cannot be read any more: a page must not fail for one picture.
 */
export async function thumbnail(path: string, side = 160): Promise<string | null> {
  try {
    const image = await openImage(path);
    const scale = Math.min(1, side / Math.max(image.width, image.height));
    const size = {
      width: Math.max(1, Math.round(image.width * scale)),
      height: Math.max(1, Math.round(image.height * scale)),
    };
    const { width, height, channels, data } = await image.decode(size);
    const { default: sharp } = await import('sharp');
    const webp = await sharp(data, { raw: { width, height, channels } })
      .resize({ ...size, fit: 'fill' })
      .webp({ quality: 76 })
      .toBuffer();
    return `data:image/webp;base64,${webp.toString('base64')}`;
  } catch {
    return null;
  }
}
