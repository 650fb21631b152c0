import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { call } from './call.ts';
import { fromArray, fromArrayNHWC, randn } from './create.ts';
import { scope } from './lifetime.ts';
import { readSafetensors, readSafetensorsMetadata, readSafetensorsRaw, writeSafetensors } from './safetensors.ts';
import { expectNoLeak } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'osler-safetensors-'));
after(() => rmSync(folder, { recursive: true }));

test('what is written is read, by the engine and without it', () => {
  const path = join(folder, 'a.safetensors');
  scope(() => {
    const image = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    writeSafetensors(
      path,
      new Map<string, Parameters<typeof writeSafetensors>[1] extends ReadonlyMap<string, infer V> ? V : never>([
        ['flags', { dtype: 'bool', shape: [3], data: new Uint8Array([1, 0, 1]) }],
        ['weight', fromArray(new Float32Array([1.5, -2]), [2, 1])],
        ['half', fromArray(new Float32Array([1.5, -2]), [2]).to('bf16')],
        ['count', { dtype: 'i64', shape: [], data: new BigInt64Array([2n ** 60n]) }],
        ['image', fromArrayNHWC(image, [1, 2, 2, 3])],
        ['none', { dtype: 'f32', shape: [0, 4], data: new Float32Array(0) }],
      ]),
      { author: 'test' },
    );
    assert.deepEqual(readdirSync(folder), ['a.safetensors']);
    const raw = readSafetensorsRaw(path);
    assert.deepEqual(raw.get('weight'), { dtype: 'f32', shape: [2, 1], data: new Float32Array([1.5, -2]) });
    assert.deepEqual(raw.get('half'), { dtype: 'bf16', shape: [2], data: new Uint16Array([0x3fc0, 0xc000]) });
    assert.deepEqual(raw.get('count')!.data, new BigInt64Array([2n ** 60n]));
    assert.deepEqual([...raw.get('image')!.data], [1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]);
    assert.deepEqual(readSafetensorsMetadata(path), { author: 'test' });

    const mapped = readSafetensors(path);
    assert.deepEqual(mapped.get('half')!.toArray(), new Float32Array([1.5, -2]));
    assert.deepEqual(mapped.get('flags')!.dtype, 'bool');
    assert.deepEqual(mapped.get('none')!.shape, [0, 4]);
    const before = readFileSync(path);
    call('aten::fill_.Scalar', mapped.get('weight')!, 9);
    assert.deepEqual(mapped.get('weight')!.toNumbers(), [9, 9]);
    assert.deepEqual(readFileSync(path), before);
  });
});

test('mapping and writing leave nothing behind', () => {
  const path = join(folder, 'b.safetensors');
  scope(() => {
    const weights = new Map([['w', randn([300, 300])]]);
    expectNoLeak(() => {
      writeSafetensors(path, weights);
      scope(() => assert.equal(call('aten::equal', readSafetensors(path).get('w')!, weights.get('w')!), true));
    });
  });
});

test('a file that is not whole or not sound is refused by name', () => {
  const path = join(folder, 'c.safetensors');
  const write = (header: unknown, bytes: number): void => {
    const json = Buffer.from(JSON.stringify(header));
    const start = Buffer.alloc(8);
    start.writeBigUInt64LE(BigInt(json.length));
    writeFileSync(path, Buffer.concat([start, json, Buffer.alloc(bytes)]));
  };
  const refused = (pattern: RegExp): void =>
    assert.throws(() => readSafetensorsRaw(path), { code: 'WEIGHTS_INVALID', message: pattern });

  writeSafetensors(path, new Map([['w', { dtype: 'f32', shape: [4], data: new Float32Array(4) }]]));
  truncateSync(path, readFileSync(path).length - 3);
  refused(/c\.safetensors .*tensor w lies beyond the end/);
  write({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 12] } }, 12);
  refused(/does not fit its 12 bytes/);
  write(
    { w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] }, v: { dtype: 'F32', shape: [2], data_offsets: [4, 12] } },
    12,
  );
  refused(/overlap/);
  write({ w: { dtype: 'Q4', shape: [2], data_offsets: [0, 8] } }, 8);
  refused(/type Q4/);
  write({ w: { dtype: 'F32', shape: [-2], data_offsets: [0, 8] } }, 8);
  refused(/malformed/);
  writeFileSync(path, Buffer.from([255, 255, 255, 255, 255, 255, 255, 127, 1]));
  refused(/header is longer/);
  writeFileSync(path, '');
  refused(/shorter than 8 bytes/);
  assert.throws(() => readSafetensorsRaw(join(folder, 'absent')), { code: 'NOT_FOUND' });
});
