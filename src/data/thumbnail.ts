import { openImage } from './decode.ts';

/** Above this side, in pixels, a picture is looked at and not only recognised. */
const LOOKED_AT = 320;

/**
 * An image as a WebP whose longer side is at most `side` pixels; smaller images keep their size.
 * Throws IMAGE_UNREADABLE and the like.
 */
export async function smallPicture(source: Uint8Array | string, side: number): Promise<Buffer> {
  const image = await openImage(source);
  const scale = Math.min(1, side / Math.max(image.width, image.height));
  const size = {
    width: Math.max(1, Math.round(image.width * scale)),
    height: Math.max(1, Math.round(image.height * scale)),
  };
  const { width, height, channels, data } = await image.decode(size);
  const { default: sharp } = await import('sharp');
  return sharp(data, { raw: { width, height, channels } })
    .resize({ ...size, fit: 'fill' })
    .webp({ quality: side > LOOKED_AT ? 88 : 76 })
    .toBuffer();
}

/**
 * The same as a data URL for a page that stands alone. Null where the file cannot be read any more: a page must not fail for one
 * picture.
 */
export async function thumbnail(path: string, side = 160): Promise<string | null> {
  try {
    return `data:image/webp;base64,${(await smallPicture(path, side)).toString('base64')}`;
  } catch {
    return null;
  }
}
