import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import { OslerError } from '../../errors.ts';
import { openDataset } from '../dataset.ts';
import { openImage } from '../decode.ts';
import { importAs, withFolder } from '../testing.ts';

interface Array_ {
  descr: string;
  shape: number[];
  data: Uint8Array;
}

function npy({ descr, shape, data }: Array_): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1'), data]);
}

/** A ZIP as `numpy.savez_compressed` writes it; with `wide`, the sizes stand in zip64 fields, as above 4 GB. */
function zip(files: Record<string, Buffer>, wide = false): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of Object.entries(files)) {
    const packed = deflateRawSync(data);
    const extra = Buffer.alloc(wide ? 28 : 0);
    if (wide) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      extra.writeBigUInt64LE(BigInt(data.length), 4);
      extra.writeBigUInt64LE(BigInt(packed.length), 12);
      extra.writeBigUInt64LE(BigInt(offset), 20);
    }
    const common = Buffer.alloc(26);
    common.writeUInt16LE(45, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(wide ? 0xffffffff : packed.length, 14);
    common.writeUInt32LE(wide ? 0xffffffff : data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const localCommon = Buffer.from(common);
    const localExtra = extra.subarray(0, wide ? 20 : 0);
    if (wide) localExtra.writeUInt16LE(16, 2);
    localCommon.writeUInt16LE(localExtra.length, 24);
    locals.push(Buffer.from('PK\x03\x04', 'latin1'), localCommon, Buffer.from(name), Buffer.from(localExtra), packed);
    if (wide) extra.writeUInt16LE(24, 2);
    common.writeUInt16LE(extra.length, 24);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(wide ? 0xffffffff : offset, 10);
    central.push(Buffer.from('PK\x01\x02\x2d\x00', 'latin1'), common, tail, Buffer.from(name), extra);
    offset += 30 + name.length + localExtra.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

const noise = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, i) => (i * 97 + seed * 31 + (i >> 3) * 13) & 255);

function set(split: string, count: number, shape: number[], descr = '|u1'): Record<string, Buffer> {
  const size = shape.reduce((a, b) => a * b, 1) * Number(descr[2]);
  const data = Buffer.concat(Array.from({ length: count }, (_, i) => noise(size, i * 7 + split.length)));
  return {
    [`${split}_images.npy`]: npy({ descr, shape: [count, ...shape], data }),
    [`${split}_labels.npy`]: npy({
      descr: '|u1',
      shape: [count, 1],
      data: Uint8Array.from({ length: count }, (_, i) => i % 2),
    }),
  };
}

test('a MedMNIST archive, plain and zip64: every pixel, split and label; unchanged data is not read again', () =>
  withFolder(async (folder, home) => {
    for (const wide of [false, true]) {
      const name = wide ? 'wide' : 'plain';
      const path = join(folder, `${name}.npz`);
      await writeFile(
        path,
        zip({ ...set('train', 6, [9, 7, 3]), ...set('val', 4, [9, 7, 3]), ...set('test', 2, [9, 7, 3]) }, wide),
      );
      const result = await importAs(home, path, { name });
      assert.deepEqual(result.splits, { train: { 0: 3, 1: 3 }, val: { 0: 2, 1: 2 }, test: { 0: 1, 1: 1 } });
      const dataset = await openDataset(home, name);
      const sample = dataset.samples('val').find((s) => s.id === 'val/3')!;
      const pixels = await (await openImage(dataset.path(sample))).decode();
      assert.deepEqual([pixels.width, pixels.height, pixels.channels], [7, 9, 3]);
      assert.deepEqual(Uint8Array.from(pixels.data), noise(189, 24));
      assert.equal((await importAs(home, path, { name })).unchanged, true);
    }
  }));

test('16 bit grey, and the class names of a known set', () =>
  withFolder(async (folder, home) => {
    const path = join(folder, 'PneumoniaMNIST_64.npz');
    await writeFile(path, zip({ ...set('train', 8, [8, 8], '<u2'), ...set('test', 2, [8, 8], '<u2') }));
    const result = await importAs(home, path, { noNear: true });
    assert.deepEqual([result.classes.join(), result.split.kind], ['normal,pneumonia', 'carved']);
    const dataset = await openDataset(home, 'd');
    const image = await openImage(dataset.path(dataset.samples('test')[1]!));
    assert.deepEqual([image.bitDepth, (await image.decode()).data[5]], [16, noise(128, 11)[11]]);
  }));

test('archives that are cut off, altered or hold something else are refused by name', () =>
  withFolder(async (folder, home) => {
    const good = zip(set('train', 4, [8, 8]));
    const altered = Buffer.from(good);
    altered.writeUInt32LE(1, altered.indexOf('PK\x01\x02') + 16);
    const labels = npy({ descr: '|u1', shape: [4, 14], data: new Uint8Array(56) });
    const cases: [Buffer, RegExp][] = [
      [good.subarray(0, good.length / 2), /not a whole .npz archive/],
      [altered, /train_images.npy of x.npz is damaged: its checksum is wrong/],
      [
        zip({ 'arr_0.npy': npy({ descr: '|u1', shape: [1], data: new Uint8Array(1) }) }),
        /holds no train_images.*arr_0.npy/,
      ],
      [zip({ ...set('train', 4, [8, 8]), 'train_labels.npy': labels }), /one whole number an image/],
      [zip({ ...set('train', 4, [8, 8, 8]) }), /shape \[4, 8, 8, 8\]/],
      [
        zip({
          ...set('train', 4, [8, 8]),
          'train_images.npy': npy({ descr: '|O', shape: [4], data: new Uint8Array(8) }),
        }),
        /type "\|O" is none/,
      ],
      [
        zip({
          ...set('train', 4, [8, 8]),
          'train_images.npy': npy({ descr: '|u1', shape: [4, 9, 9], data: new Uint8Array(8) }),
        }),
        /ends too early/,
      ],
    ];
    for (const [bytes, expected] of cases) {
      const path = join(folder, 'x.npz');
      await writeFile(path, bytes);
      await assert.rejects(importAs(home, path), (error: unknown) => {
        assert.ok(error instanceof OslerError, String((error as Error).stack));
        assert.match(error.message, expected);
        return true;
      });
    }
  }));
