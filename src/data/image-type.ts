import { OslerError } from '../errors.ts';

export type ImageFormat = 'jpeg' | 'png' | 'tiff' | 'bmp' | 'webp';

/** Leading bytes of what people upload by mistake, for a sentence that says what the file is. */
const OTHERS: readonly [string, string][] = [
  ['GIF8', 'a GIF'],
  ['%PDF', 'a PDF'],
  ['PK\x03\x04', 'a ZIP archive'],
  ['<svg', 'an SVG'],
  ['<?xml', 'an XML document'],
  ['<!DOCTYPE', 'a web page'],
  ['<html', 'a web page'],
  ['\x1f\x8b', 'a gzip file'],
  ['\x00\x00\x00\x0cjP  ', 'a JPEG 2000'],
];

/**
 * The format by the file's leading bytes; its name plays no part.
 * @throws OslerError IMAGE_TYPE when it is none of the five, or when a second file hides in it (a polyglot);
 * IMAGE_UNREADABLE for a PNG or JPEG that lost its end (decoders accept it as long as the last row is there, and a JPEG that
 * is decoded smaller even without it).
 */
export function imageType(bytes: Uint8Array, name: string): ImageFormat {
  const format = sniff(bytes);
  if (format === undefined) {
    const head = latin1(bytes, 0, 16);
    const dicom = latin1(bytes, 128, 132) === 'DICM' ? 'a DICOM file' : undefined;
    const other = dicom ?? OTHERS.find(([magic]) => head.startsWith(magic))?.[1];
    throw new OslerError('IMAGE_TYPE', `${name} is ${other ?? 'of no type that Osler knows'}.`, {
      hint: 'Osler reads JPEG, PNG, TIFF, BMP and WebP.',
    });
  }
  const end = imageEnd(bytes, format);
  if (end > bytes.length)
    throw new OslerError('IMAGE_UNREADABLE', `${name} is cut off before the end of its ${format.toUpperCase()}.`);
  const second = hiddenFile(bytes, end);
  if (second !== undefined) {
    throw new OslerError('IMAGE_TYPE', `${name} is a ${format.toUpperCase()} and ${second} at once.`, {
      hint: 'Save the picture anew with an image editor.',
    });
  }
  return format;
}

function sniff(b: Uint8Array): ImageFormat | undefined {
  if (b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff) return 'jpeg';
  if (latin1(b, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  const head = latin1(b, 0, 4);
  if (head === 'II*\0' || head === 'MM\0*' || head === 'II+\0' || head === 'MM\0+') return 'tiff';
  if (head === 'RIFF' && latin1(b, 8, 12) === 'WEBP') return 'webp';
  // Two letters are little proof: the header's length and its one plane must fit too.
  if (
    head.startsWith('BM') &&
    b.length >= 54 &&
    b[14]! >= 40 &&
    b[14]! <= 124 &&
    b[15] === 0 &&
    b[26] === 1 &&
    b[27] === 0
  )
    return 'bmp';
  return undefined;
}

/**
 * A file that is an image to one program and a document to another. Readers of PDF, HTML and ZIP look at the beginning
 * or the end, so these are searched; pixel data in between is left alone, where such bytes occur by chance.
 */
function hiddenFile(bytes: Uint8Array, end: number): string | undefined {
  if (endsAsZip(bytes)) return 'a ZIP archive';
  const places = [latin1(bytes, 0, 1024)];
  if (end < bytes.length) places.push(latin1(bytes, end, Math.min(bytes.length, end + 65_536)));
  for (const text of places) {
    if (text.includes('%PDF-')) return 'a PDF';
    if (/<script|<html|<!doctype html|<svg[\s>]/i.test(text)) return 'a web page';
    if (/<\?php/i.test(text)) return 'a PHP program';
  }
  return undefined;
}

const ZIP_END = Buffer.from([0x50, 0x4b, 5, 6]);

/** A ZIP's end record must close the file: its comment's length is then exactly what remains. */
function endsAsZip(b: Uint8Array): boolean {
  const first = Math.max(0, b.length - 65_557);
  const tail = Buffer.from(b.buffer, b.byteOffset + first, b.length - first);
  for (let i = tail.indexOf(ZIP_END); i >= 0; i = tail.indexOf(ZIP_END, i + 1)) {
    if (i + 22 <= tail.length && tail.readUInt16LE(i + 20) === tail.length - i - 22) return true;
  }
  return false;
}

/** Offset of the first byte after the image proper; the file's length where the format does not say; infinite for a PNG or JPEG without its end. */
function imageEnd(b: Uint8Array, format: ImageFormat): number {
  const view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  if (format === 'jpeg') return jpegEnd(b);
  if (format === 'png') {
    for (let at = 8; at + 12 <= b.length; ) {
      const type = latin1(b, at + 4, at + 8);
      at += 12 + view.getUint32(at);
      if (type === 'IEND') return at;
    }
    return Number.POSITIVE_INFINITY;
  } else if (format === 'webp') {
    return Math.min(b.length, 8 + view.getUint32(4, true));
  }
  return b.length;
}

/** After the end marker; one that lies within a segment (a preview's, say) is not the image's. */
function jpegEnd(b: Uint8Array): number {
  for (let at = b.indexOf(0xff, 2); at >= 0 && at + 1 < b.length; at = b.indexOf(0xff, at)) {
    const marker = b[at + 1]!;
    if (marker === 0xd9) return at + 2;
    if (marker === 0xff) at += 1;
    // A stuffed byte of the pixels' data, a restart marker, or one that stands alone.
    else if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else at += 2 + Math.max(2, (b[at + 2] ?? 0) * 256 + (b[at + 3] ?? 0));
  }
  return Number.POSITIVE_INFINITY;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', from, to);
}
