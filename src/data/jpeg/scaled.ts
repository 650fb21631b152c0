import type { Pixels } from '../resize.ts';
import { roomFor, type Scan, unstuff } from './entropy.ts';
import type { JpegComponent, JpegHeader } from './header.ts';
import { Kernel } from './kernel.ts';
import { type AxisPiece, columnsPiece, rowsPiece, tablePiece } from './pieces.ts';

/** Column and row of each coefficient, in zigzag order. */
const ZIGZAG = Uint8Array.of(
  0,
  1,
  8,
  16,
  9,
  2,
  3,
  10,
  17,
  24,
  32,
  25,
  18,
  11,
  4,
  5,
  12,
  19,
  26,
  33,
  40,
  48,
  41,
  34,
  27,
  20,
  13,
  6,
  7,
  14,
  21,
  28,
  35,
  42,
  49,
  56,
  57,
  50,
  43,
  36,
  29,
  22,
  15,
  23,
  30,
  37,
  44,
  51,
  58,
  59,
  52,
  45,
  38,
  31,
  39,
  46,
  53,
  60,
  61,
  54,
  47,
  55,
  62,
  63,
);

/** Where the coefficients of frequencies go that the result can't show; nobody looks there. */
const DROPPED = 64;
/** Bytes of a component's fields, as native/wasm/jpeg.ts lays them out. */
const FIELDS = 60;

let kernel: Kernel | undefined;

/**
 * Decodes a JPEG straight to a smaller size. A block of 8x8 pixels is a sum of cosines; what the smaller picture can't show, the
 * high frequencies, is left out (that is the antialiasing), and the rest is evaluated at the centres of the new pixels: so there is
 * no full-size picture and no second resampling, and halved chroma is interpolated by its own cosines.
 * @param width, height of the result: from an eighth to half of the image's.
 * @returns undefined when the data is damaged or of an unusual kind: libjpeg then decides.
 */
export function decodeScaled(bytes: Uint8Array, header: JpegHeader, width: number, height: number): Pixels | undefined {
  kernel ??= new Kernel();
  kernel.reset();
  const room = roomFor(bytes, header.scan);
  const data = kernel.take(room);
  const scan = unstuff(bytes, header.scan, kernel.bytes(data, room));
  if (scan === undefined) return undefined;
  const { components } = header;
  const { h, v } = components[0]!;
  const across = Math.ceil(header.width / (8 * h));
  const down = Math.ceil(header.height / (8 * v));
  // The kernel writes up to eight and reads sixteen pixels at once, past a row's end too.
  const stride = (width + 16 + 15) & ~15;
  const planes = components.map(() => kernel!.take(stride * height + 32));
  const parts = components.map((component, i) => {
    const columns = columnsPiece({
      size: header.width,
      out: width,
      blocks: across * component.h,
      stretch: h / component.h,
    });
    const rows = rowsPiece({ size: header.height, out: height, blocks: down * component.v, stretch: v / component.v });
    return writePart(kernel!, component, columns, rows, planes[i]!, stride);
  });
  if (!run(kernel, data, scan, parts, across, down, header.restart)) return undefined;
  if (planes.length === 1)
    return { width, height, channels: 1, data: rowsOf(kernel, planes[0]!, stride, width, height) };
  const out = kernel.take(width * height * 3 + 64);
  kernel.code.toRgb(planes[0]!, planes[1]!, planes[2]!, stride, width, height, out);
  return { width, height, channels: 3, data: kernel.bytes(out, width * height * 3).slice() };
}

function run(
  kernel: Kernel,
  data: number,
  scan: Scan,
  parts: number[],
  across: number,
  down: number,
  restart: number,
): boolean {
  const list = kernel.take(4 * parts.length);
  const stretches = kernel.take(4 * scan.stretches.length);
  kernel.ints(list, parts.length).set(parts);
  kernel.ints(stretches, scan.stretches.length).set(scan.stretches);
  return (
    kernel.code.decode(
      data,
      scan.length,
      list,
      parts.length,
      across,
      down,
      restart,
      stretches,
      scan.stretches.length,
    ) === 1
  );
}

/** @returns the component's fields. */
function writePart(
  kernel: Kernel,
  component: JpegComponent,
  columns: AxisPiece,
  rows: AxisPiece,
  plane: number,
  stride: number,
): number {
  const { h, v, quantiser } = component;
  const dc = lay(kernel, tablePiece(component.dc, true));
  const ac = lay(kernel, tablePiece(component.ac, false));
  const places = kernel.take(64);
  const steps = kernel.take(256);
  const place = kernel.bytes(places, 64);
  const step = kernel.floats(steps, 64);
  for (let k = 0; k < 64; k++) {
    const column = ZIGZAG[k]! & 7;
    const row = ZIGZAG[k]! >> 3;
    place[k] = column < columns.kept && row < rows.kept ? ZIGZAG[k]! : DROPPED;
    // The inverse transform's factors go into the steps.
    step[k] = quantiser[k]! * (column === 0 ? Math.SQRT1_2 / 2 : 0.5) * (row === 0 ? Math.SQRT1_2 / 2 : 0.5);
  }
  const last = place.findLastIndex((to) => to !== DROPPED);
  const columnsAt = lay(kernel, columns.bytes);
  const rowsAt = lay(kernel, rows.bytes);
  const fields = kernel.take(FIELDS);
  const wide = columns.most > 4 ? 1 : 0;
  kernel
    .ints(fields, FIELDS / 4)
    .set([h, v, dc, ac, places, steps, columnsAt, rowsAt, plane, stride, columns.kept, rows.kept, 0, wide, last]);
  return fields;
}

/** @returns where the bytes lie now. */
function lay(kernel: Kernel, bytes: Uint8Array): number {
  const at = kernel.take(bytes.length);
  kernel.bytes(at, bytes.length).set(bytes);
  return at;
}

function rowsOf(kernel: Kernel, plane: number, stride: number, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) out.set(kernel.bytes(plane + y * stride, width), y * width);
  return out;
}
