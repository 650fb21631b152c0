/** Images that are almost images: real files of every type, damaged in ways that a seed decides. */
import sharp from 'sharp';
import { type Random, randomOf } from './random.ts';

export const FORMATS = ['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif', 'bmp'] as const;
type Format = (typeof FORMATS)[number];

export interface Seeded {
  format: Format;
  bytes: Buffer;
}

/** Real images of every type, in several sizes, colours and depths. */
export async function originals(): Promise<Seeded[]> {
  const made: Seeded[] = [];
  for (const [width, height, channels] of [
    [40, 30, 3],
    [601, 449, 3],
    [64, 64, 4],
    [33, 257, 1],
  ] as const) {
    const raw = Buffer.alloc(width * height * channels);
    for (let i = 0; i < raw.length; i++) raw[i] = (Math.sin(i / (7 + channels)) * 0.5 + 0.5) * 255;
    const image = sharp(raw, { raw: { width, height, channels } });
    for (const format of FORMATS) {
      if (format === 'bmp') made.push({ format, bytes: bitmap(width, height) });
      else made.push({ format, bytes: await image.clone().toFormat(format).toBuffer() });
    }
    made.push({ format: 'jpeg', bytes: await image.clone().jpeg({ progressive: true, quality: 40 }).toBuffer() });
    made.push({ format: 'png', bytes: await image.clone().png({ palette: true, progressive: true }).toBuffer() });
    made.push({ format: 'tiff', bytes: await image.clone().tiff({ compression: 'deflate', tile: true }).toBuffer() });
  }
  return made;
}

/** 24 bit, uncompressed. */
function bitmap(width: number, height: number): Buffer {
  const row = (width * 3 + 3) & ~3;
  const bytes = Buffer.alloc(54 + row * height, 90);
  bytes.write('BM');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(0, 6);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  bytes.fill(0, 30, 54);
  return bytes;
}

type Mutation = (bytes: Buffer, random: Random, all: readonly Seeded[]) => Buffer;

const MUTATIONS: Record<string, Mutation> = {
  whole: (bytes) => bytes,
  cut: (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  'cut late': (bytes, random) => bytes.subarray(0, bytes.length - 1 - random.below(Math.min(64, bytes.length - 1))),
  'bytes changed': (bytes, random) => changed(bytes, random, 1 + random.below(20), bytes.length),
  'head changed': (bytes, random) => changed(bytes, random, 1 + random.below(4), 64),
  'extreme values': (bytes, random) => {
    const out = Buffer.from(bytes);
    const at = random.below(Math.max(1, Math.min(out.length - 4, 200)));
    const value = random.pick([0, 1, 0x7fffffff, 0xffffffff, 0x80000000, 0xffff, 0xff00ff00]);
    if (at + 4 <= out.length) out.writeUInt32BE(value >>> 0, at);
    return out;
  },
  'part twice': (bytes, random) => {
    const from = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(random.below(from + 1))]);
  },
  'part left out': (bytes, random) => {
    const from = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + random.below(200))]);
  },
  'two in one': (bytes, random, all) => {
    const other = random.pick(all).bytes;
    return Buffer.concat([bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length))]);
  },
  'another behind it': (bytes, random, all) => Buffer.concat([bytes, random.pick(all).bytes]),
  'head alone': (bytes, random) => Buffer.concat([bytes.subarray(0, 24), random.bytes(random.below(4_000))]),
  'zeros behind': (bytes, random) => Buffer.concat([bytes.subarray(0, 40), Buffer.alloc(random.below(50_000))]),
  noise: (_bytes, random) => random.bytes(random.below(5_000)),
  archive: (_bytes, random) => Buffer.concat([Buffer.from('PK\u0003\u0004'), random.bytes(500)]),
  'text in it': (bytes, random) => {
    const text = random.pick([
      '%PDF-1.7',
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
      '<?php',
      '\u0000\u0000',
      '../../etc/passwd',
    ]);
    return Buffer.concat([Buffer.from(text), bytes]);
  },
};

function changed(bytes: Buffer, random: Random, count: number, within: number): Buffer {
  const out = Buffer.from(bytes);
  for (let i = 0; i < count; i++) out[random.below(Math.min(within, out.length))] = random.below(256);
  return out;
}

export interface Mutant {
  /** The original's type and what was done to it. */
  name: string;
  bytes: Buffer;
}

/** One by its number: the same for the same seed. */
export function mutant(all: readonly Seeded[], seed: number, number: number): Mutant {
  const random = randomOf(seed * 1_000_003 + number);
  const { format, bytes } = random.pick(all);
  const [name, mutate] = random.pick(Object.entries(MUTATIONS));
  return { name: `${format}, ${name}`, bytes: mutate(bytes, random, all) };
}
