import { OslerError } from '../errors.ts';

/** Header of a BMP: what the strict reader needs, checked. */
export interface BmpHeader {
  width: number;
  height: number;
  /** Rows stand top to bottom. */
  topDown: boolean;
  bits: 1 | 4 | 8 | 24 | 32;
  /** Byte offset of the first row. */
  offset: number;
  /** Byte offset and number of palette entries (4 bytes each: blue, green, red, unused). */
  palette: { offset: number; entries: number };
  /** Whether the palette, if any, holds greys only. */
  grey: boolean;
}

/**
 * Reads the header of an uncompressed Windows bitmap (BITMAPINFOHEADER or later). libvips has no BMP loader.
 * @throws OslerError IMAGE_UNREADABLE for what is compressed, rare (16 bit) or contradicts itself.
 */
export function readBmpHeader(bytes: Uint8Array, name: string): BmpHeader {
  const refuse = (why: string): never => {
    throw new OslerError('IMAGE_UNREADABLE', `${name} is a BMP that can't be read: ${why}.`, {
      hint: 'Save it as PNG.',
    });
  };
  if (bytes.length < 54) refuse('its header is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerSize = view.getUint32(14, true);
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  const used = view.getUint32(46, true);
  if (bits !== 1 && bits !== 4 && bits !== 8 && bits !== 24 && bits !== 32) return refuse(`${bits} bits a pixel`);
  // BI_BITFIELDS with the usual masks is how many programs write plain 32 bit.
  const usualMasks =
    compression === 3 &&
    bits === 32 &&
    bytes.length >= 66 &&
    view.getUint32(54, true) === 0xff0000 &&
    view.getUint32(58, true) === 0xff00 &&
    view.getUint32(62, true) === 0xff;
  if (compression !== 0 && !usualMasks) refuse('its pixels are compressed');
  if (used > 2 ** bits && bits <= 8) refuse('its palette is longer than its pixels can name');
  const entries = bits <= 8 ? used || 2 ** bits : 0;
  const palette = { offset: 14 + headerSize, entries };
  const offset = view.getUint32(10, true);
  if (palette.offset + 4 * entries > bytes.length || offset < 14 + headerSize) refuse('its header contradicts itself');
  let grey = bits <= 8;
  for (let i = 0; i < entries && grey; i++) {
    const at = palette.offset + 4 * i;
    grey = bytes[at] === bytes[at + 1] && bytes[at] === bytes[at + 2];
  }
  return { width, height: Math.abs(signedHeight), topDown: signedHeight < 0, bits, offset, palette, grey };
}

/**
 * Pixels of a BMP, HWC 8 bit; 1 channel when its palette is grey, else 3 (the fourth byte of 32 bit is unused by the format).
 * @throws OslerError IMAGE_UNREADABLE when the file is shorter than its rows or a pixel points outside the palette.
 */
export function readBmp(bytes: Uint8Array, header: BmpHeader, name: string): Uint8Array {
  const { width, height, bits, palette } = header;
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (header.offset + stride * height > bytes.length) {
    throw new OslerError(
      'IMAGE_UNREADABLE',
      `${name} is cut off: its ${height} rows need ${header.offset + stride * height} bytes, it has ${bytes.length}.`,
    );
  }
  const channels = header.grey ? 1 : 3;
  const out = new Uint8Array(width * height * channels);
  const step = bits / 8;
  const mask = 2 ** Math.min(bits, 8) - 1;
  for (let y = 0, to = 0; y < height; y++) {
    const row = header.offset + stride * (header.topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++, to += channels) {
      let at = row + x * step;
      if (bits <= 8) {
        const bit = x * bits;
        const index = (bytes[row + (bit >> 3)]! >> (8 - bits - (bit & 7))) & mask;
        if (index >= palette.entries)
          throw new OslerError('IMAGE_UNREADABLE', `${name} names colour ${index} of a palette of ${palette.entries}.`);
        at = palette.offset + 4 * index;
      }
      if (channels === 3) {
        out[to] = bytes[at + 2]!;
        out[to + 1] = bytes[at + 1]!;
        out[to + 2] = bytes[at]!;
      } else out[to] = bytes[at]!;
    }
  }
  return out;
}
