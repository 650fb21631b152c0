import { type Axis, type AxisPlan, planAxis } from './axis.ts';
import { buildHuffman } from './entropy.ts';
import type { HuffmanSpec } from './header.ts';

/** Bytes of a block's columns and rows, and of a Huffman table, as native/wasm/jpeg.ts lays them out. */
const COLUMN = 260;
const ROW = 264;
const TABLE = 4096 + 72 + 72 + 256;

/** What decoding needs beside the image, ready to be laid into the kernel's memory. */
export interface AxisPiece extends Pick<Axis, 'kept' | 'most'> {
  bytes: Uint8Array;
}

/** Images of one camera have one size, and mostly the same tables: what was made of them serves the next one too. */
class Recent<V> {
  private readonly known = new Map<string, V>();

  get(key: string, make: () => V): V {
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const made = make();
    const [oldest] = this.known.keys();
    if (this.known.size >= MOST && oldest !== undefined) this.known.delete(oldest);
    this.known.set(key, made);
    return made;
  }
}

/** Of each kind; a piece takes up to 65 kB for images of 2,000 pixels. */
const MOST = 32;
const columns = new Recent<AxisPiece>();
const rows = new Recent<AxisPiece>();
const tables = new Recent<Uint8Array>();

const keyOf = ({ size, out, blocks, stretch }: AxisPlan): string => `${size} ${out} ${blocks} ${stretch}`;

/** For each block: its first position, then for each frequency the cosines at its positions, which the kernel takes four at a time. */
export function columnsPiece(plan: AxisPlan): AxisPiece {
  return columns.get(keyOf(plan), () => {
    const { first, cosines, kept, most } = planAxis(plan);
    const blocks = first.length - 1;
    const { bytes, ints, floats } = room(blocks * COLUMN);
    for (let b = 0; b < blocks; b++) {
      const to = (b * COLUMN) / 4;
      ints[to] = first[b]!;
      for (let i = first[b]!; i < first[b + 1]!; i++) {
        for (let k = 0; k < 8; k++) floats[to + 1 + k * 8 + i - first[b]!] = cosines[i * 8 + k]!;
      }
    }
    return { bytes, kept, most };
  });
}

/** For each block: its first position, how many it has, and for each of them its cosines. */
export function rowsPiece(plan: AxisPlan): AxisPiece {
  return rows.get(keyOf(plan), () => {
    const { first, cosines, kept, most } = planAxis(plan);
    const blocks = first.length - 1;
    const { bytes, ints, floats } = room(blocks * ROW);
    for (let b = 0; b < blocks; b++) {
      const to = (b * ROW) / 4;
      ints[to] = first[b]!;
      ints[to + 1] = first[b + 1]! - first[b]!;
      floats.set(cosines.subarray(first[b]! * 8, first[b + 1]! * 8), to + 2);
    }
    return { bytes, kept, most };
  });
}

/** @param dc whether symbols are sizes alone (no runs). */
export function tablePiece(spec: HuffmanSpec, dc: boolean): Uint8Array {
  const key = `${dc ? 'd' : 'a'}${text(spec.counts)}${text(spec.symbols)}`;
  return tables.get(key, () => {
    const { fast, limit, offset, symbols } = buildHuffman(spec, dc);
    const { bytes, ints } = room(TABLE);
    ints.set(fast);
    ints.set(limit, 1024);
    ints.set(offset, 1024 + 18);
    bytes.set(symbols, 4096 + 144);
    return bytes;
  });
}

function room(size: number): { bytes: Uint8Array; ints: Int32Array; floats: Float32Array } {
  const memory = new ArrayBuffer(size);
  return { bytes: new Uint8Array(memory), ints: new Int32Array(memory), floats: new Float32Array(memory) };
}

const text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
