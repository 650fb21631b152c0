import type { ImageFormat } from '../../../data/image-type.ts';
import { jpegFacts } from './jpeg.ts';
import type { Measurement } from './measurement.ts';

/** What is to be seen of an image before a pixel of it is decoded. */
export function measureFile(
  bytes: Uint8Array,
  header: { format: ImageFormat; width: number; height: number; channels: number; bitDepth: number },
): Measurement {
  const { format, width, height, channels, bitDepth } = header;
  const common: Measurement = {
    width,
    height,
    aspect: width / height,
    size: `${width}x${height}`,
    format,
    mode: `${['', 'grey', 'grey with alpha', 'colour', 'colour with alpha'][channels] ?? channels} ${bitDepth} bit`,
    fileBytes: bytes.length,
  };
  if (format === 'jpeg') {
    const { quality, tables, subsampling, progressive, metadataBytes } = jpegFacts(bytes);
    return {
      ...common,
      metadataBytes,
      jpegQuality: quality === 0 ? null : quality,
      jpegTables: tables,
      jpegChroma: subsampling,
      jpegOrder: progressive ? 'progressive' : 'baseline',
    };
  }
  return { ...common, metadataBytes: format === 'png' ? pngExtras(bytes) : null };
}

/** Bytes of a PNG's chunks that hold no pixels. */
function pngExtras(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let extras = 0;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    // Lower case in the first letter: ancillary.
    if ((bytes[at + 4]! & 0x20) !== 0) extras += 12 + length;
    at += 12 + length;
  }
  return extras;
}
