/** What a JPEG's header tells of how it was saved. */
export interface JpegFacts {
  /** 1 to 100 on the scale of the IJG's encoder, by the luma table; 0 when there is none. */
  quality: number;
  /** Names the quantisation tables: equal for files of one encoder and setting. */
  tables: string;
  /** Chroma: `4:4:4`, `4:2:2`, `4:2:0`..., `grey`. */
  subsampling: string;
  progressive: boolean;
  /** Bytes of EXIF, XMP, colour profiles, previews and comments. */
  metadataBytes: number;
}

/** Standard luma table (ITU-T T.81, K.1), in zigzag order. */
const LUMA = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
  60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121,
  112, 100, 120, 92, 101, 103, 99,
];

/** Walks the segments up to the first scan. Whatever cannot be followed ends the walk: the decoder has accepted the file. */
export function jpegFacts(bytes: Uint8Array): JpegFacts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const facts: JpegFacts = { quality: 0, tables: '', subsampling: 'grey', progressive: false, metadataBytes: 0 };
  let hash = 0x811c9dc5;
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length || end < at + 4) break;
    if (marker === 0xdb) {
      for (let p = at + 4; p < end; p++) hash = Math.imul(hash ^ bytes[p]!, 0x01000193);
      facts.tables = (hash >>> 0).toString(16).padStart(8, '0');
      if (facts.quality === 0) facts.quality = qualityOf(bytes, at + 4, end);
    } else if (marker >= 0xc0 && marker <= 0xc2) {
      facts.progressive = marker === 0xc2;
      if (bytes[at + 9]! >= 3) facts.subsampling = subsampling(bytes[at + 11]!, bytes[at + 14]!);
    } else if ((marker >= 0xe1 && marker <= 0xef) || marker === 0xfe) facts.metadataBytes += end - at;
    else if (marker === 0xda) break;
    at = end;
  }
  return facts;
}

function subsampling(luma: number, chroma: number): string {
  const across = (luma >> 4) / Math.max(1, chroma >> 4);
  const down = (luma & 15) / Math.max(1, chroma & 15);
  if (across === 2) return down === 2 ? '4:2:0' : '4:2:2';
  return across === 4 ? '4:1:1' : down === 2 ? '4:4:0' : '4:4:4';
}

/** Inverts libjpeg's scaling of the standard table (jcparam.c), by its median step. */
function qualityOf(bytes: Uint8Array, from: number, end: number): number {
  const wide = bytes[from]! >> 4 === 1;
  if (end < from + 1 + (wide ? 128 : 64)) return 0;
  const scales = LUMA.map((standard, k) => {
    const step = wide ? bytes[from + 1 + 2 * k]! * 256 + bytes[from + 2 + 2 * k]! : bytes[from + 1 + k]!;
    return (100 * step) / standard;
  }).sort((a, b) => a - b);
  const scale = scales[32]!;
  // All steps are 1: beyond what the scale can tell apart.
  if (scales[63]! <= 10) return 100;
  const quality = scale <= 100 ? (200 - scale) / 2 : 5000 / scale;
  return Math.min(100, Math.max(1, Math.round(quality)));
}
