/** One colour component of a JPEG. */
export interface JpegComponent {
  /** Blocks of this component in a minimum coded unit, across and down: 1 or 2. */
  h: number;
  v: number;
  /** 64 quantiser steps, in zigzag order. */
  quantiser: Uint16Array;
  dc: HuffmanSpec;
  ac: HuffmanSpec;
}

/** Huffman table as it stands in the file: how many codes of each length 1..16, and their symbols. */
export interface HuffmanSpec {
  counts: Uint8Array;
  symbols: Uint8Array;
}

export interface JpegHeader {
  width: number;
  height: number;
  /** One (grey), or three (Y, Cb, Cr). */
  components: JpegComponent[];
  /** Units between restart markers; 0 for none. */
  restart: number;
  /** Offset of the entropy-coded data. */
  scan: number;
}

/**
 * Header of a JPEG of the everyday kind: baseline, 8 bit, one interleaved scan, grey or YCbCr with chroma whole or halved, upright.
 * @returns undefined for every other kind, and for what is damaged: libjpeg, through sharp, has the last word on those.
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const quantisers: Uint16Array[] = [];
  const dc: HuffmanSpec[] = [];
  const ac: HuffmanSpec[] = [];
  let frame:
    | { width: number; height: number; components: { id: number; h: number; v: number; q: number }[] }
    | undefined;
  let restart = 0;
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const end = at + 2 + view.getUint16(at + 2);
    const from = at + 4;
    if (end > bytes.length || end < from) return undefined;
    if (marker === 0xdb) {
      if (!readQuantisers(bytes, from, end, quantisers)) return undefined;
    } else if (marker === 0xc4) {
      if (!readHuffman(bytes, from, end, dc, ac)) return undefined;
    } else if (marker === 0xc0) {
      if (frame !== undefined || bytes[from] !== 8 || end < from + 6 + 3 * bytes[from + 5]!) return undefined;
      const components = Array.from({ length: bytes[from + 5]! }, (_, i) => {
        const p = from + 6 + 3 * i;
        return { id: bytes[p]!, h: bytes[p + 1]! >> 4, v: bytes[p + 1]! & 15, q: bytes[p + 2]! };
      });
      frame = { height: view.getUint16(from + 1), width: view.getUint16(from + 3), components };
    } else if (marker === 0xdd) {
      if (end !== from + 2) return undefined;
      restart = view.getUint16(from);
    } else if (marker === 0xda) {
      if (frame === undefined || bytes[from] !== frame.components.length || frame.width === 0 || frame.height === 0)
        return undefined;
      const components: JpegComponent[] = [];
      for (const [i, { id, h, v, q }] of frame.components.entries()) {
        const p = from + 1 + 2 * i;
        const component = { h, v, quantiser: quantisers[q]!, dc: dc[bytes[p + 1]! >> 4]!, ac: ac[bytes[p + 1]! & 15]! };
        if (bytes[p] !== id || !component.quantiser || !component.dc || !component.ac) return undefined;
        components.push(component);
      }
      return usual(components, frame.components) ? { ...frame, components, restart, scan: end } : undefined;
    } else if (
      marker === 0xe1
        ? turned(bytes, view, from, end)
        : marker === 0xee
          ? otherColours(bytes, from)
          : !isHarmless(marker)
    )
      return undefined;
    at = end;
  }
  return undefined;
}

function usual(components: readonly JpegComponent[], ids: readonly { id: number }[]): boolean {
  const [first, ...rest] = components;
  if (first === undefined || (components.length !== 1 && components.length !== 3)) return false;
  // A single component is coded block by block, whatever factors it claims.
  if (rest.length === 0) return first.h === 1 && first.v === 1;
  const rgb = ids.map(({ id }) => String.fromCharCode(id)).join('') === 'RGB';
  return (
    !rgb &&
    (first.h === 1 || first.h === 2) &&
    (first.v === 1 || first.v === 2) &&
    rest.every(({ h, v }) => h === 1 && v === 1)
  );
}

/** APPn and comments; any other marker is of another kind of JPEG. */
function isHarmless(marker: number): boolean {
  return (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
}

/** Adobe's segment, where it does not say YCbCr. */
function otherColours(bytes: Uint8Array, from: number): boolean {
  return bytes[from] === 0x41 && bytes[from + 1] === 0x64 && bytes[from + 11] !== 1;
}

/** Whether an EXIF segment asks for another orientation than upright, or can't be followed. */
function turned(bytes: Uint8Array, view: DataView, from: number, end: number): boolean {
  if (end - from < 20 || view.getUint32(from) !== 0x45786966) return false;
  const tiff = from + 6;
  const little = bytes[tiff] === 0x49;
  const ifd = tiff + view.getUint32(tiff + 4, little);
  if (ifd + 2 > end) return true;
  const count = view.getUint16(ifd, little);
  if (ifd + 2 + 12 * count > end) return true;
  for (let i = 0; i < count; i++) {
    const entry = ifd + 2 + 12 * i;
    if (view.getUint16(entry, little) === 0x112) return view.getUint16(entry + 8, little) !== 1;
  }
  return false;
}

function readQuantisers(bytes: Uint8Array, from: number, end: number, into: Uint16Array[]): boolean {
  for (let at = from; at < end; ) {
    const precise = bytes[at]! >> 4;
    const id = bytes[at]! & 15;
    const length = precise === 0 ? 64 : 128;
    if (precise > 1 || id > 3 || at + 1 + length > end) return false;
    const base = at + 1;
    into[id] = Uint16Array.from({ length: 64 }, (_, k) =>
      precise === 0 ? bytes[base + k]! : bytes[base + 2 * k]! * 256 + bytes[base + 2 * k + 1]!,
    );
    at += 1 + length;
  }
  return true;
}

function readHuffman(bytes: Uint8Array, from: number, end: number, dc: HuffmanSpec[], ac: HuffmanSpec[]): boolean {
  for (let at = from; at < end; ) {
    const id = bytes[at]! & 15;
    const counts = bytes.subarray(at + 1, at + 17);
    const total = counts.reduce((a, b) => a + b, 0);
    if (id > 3 || total > 256 || at + 17 + total > end || !isPrefixCode(counts)) return false;
    const symbols = bytes.subarray(at + 17, at + 17 + total);
    const forDc = bytes[at]! >> 4 === 0;
    // A DC symbol is a number of bits.
    if (forDc && symbols.some((symbol) => symbol > 15)) return false;
    (forDc ? dc : ac)[id] = { counts, symbols };
    at += 17 + total;
  }
  return true;
}

/** Whether the shorter codes leave room for the codes of each length; the one of ones alone stays free. */
function isPrefixCode(counts: Uint8Array): boolean {
  let code = 0;
  return counts.every((count, i) => {
    code = 2 * code + count;
    return code < 2 << i;
  });
}
