import { open } from 'node:fs/promises';
import { OslerError } from '../../errors.ts';

/** CRC-32C (Castagnoli), as TensorFlow's record files have it. */
const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  return c >>> 0;
});

function masked(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** A record: length (8), its sum, data, its sum. */
export function frame(data: Uint8Array): Buffer {
  const out = Buffer.alloc(data.length + 16);
  out.writeBigUInt64LE(BigInt(data.length));
  out.writeUInt32LE(masked(out.subarray(0, 8)), 8);
  out.set(data, 12);
  out.writeUInt32LE(masked(data), 12 + data.length);
  return out;
}

/** Longest record that is believed: pictures are smaller. */
const MOST = 1 << 30;

/** The records of a file. One that was cut off at the end is left out; throws DATA_INVALID where a sum is wrong. */
export async function* readFrames(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(12);
    for (let at = 0; ; ) {
      if ((await file.read(head, 0, 12, at)).bytesRead < 12) return;
      const length = Number(head.readBigUInt64LE());
      if (masked(head.subarray(0, 8)) !== head.readUInt32LE(8) || length > MOST) {
        throw new OslerError('DATA_INVALID', `${path} is damaged, or no event file of TensorBoard, at byte ${at}.`);
      }
      const data = Buffer.alloc(length + 4);
      if ((await file.read(data, 0, data.length, at + 12)).bytesRead < data.length) return;
      const body = data.subarray(0, length);
      if (masked(body) !== data.readUInt32LE(length))
        throw new OslerError('DATA_INVALID', `${path} is damaged at byte ${at}.`);
      yield body;
      at += 12 + data.length;
    }
  } finally {
    await file.close();
  }
}
