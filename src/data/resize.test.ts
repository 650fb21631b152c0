import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import golden from './goldens/resize.json' with { type: 'json' };
import { resize } from './resize.ts';

/** The same picture as in goldens/make_resize.py. */
function picture(length: number): Uint8Array {
  let state = 12345;
  return Uint8Array.from({ length }, () => {
    state = Number((BigInt(state) * 1103515245n + 12345n) & 0x7fffffffn);
    return (state >> 16) & 255;
  });
}

test("resize gives Pillow's bytes", () => {
  for (const { input, output, sha256, head } of golden) {
    const [height, width, channels] = input as [number, number, 1 | 3];
    const [outHeight, outWidth] = output as [number, number];
    const data = picture(height * width * channels);
    const whole = {
      width: outWidth,
      height: outHeight,
      left: 0,
      top: 0,
      windowWidth: outWidth,
      windowHeight: outHeight,
    };
    const out = resize({ width, height, channels, data }, whole);
    assert.deepEqual(Array.from(out.subarray(0, 12)), head, `${input} to ${output}`);
    assert.equal(createHash('sha256').update(out).digest('hex'), sha256, `${input} to ${output}`);
  }
});

test('a window of a resize is that part of the whole', () => {
  const image = { width: 60, height: 45, channels: 3, data: picture(60 * 45 * 3) } as const;
  const whole = resize(image, { width: 30, height: 24, left: 0, top: 0, windowWidth: 30, windowHeight: 24 });
  const part = resize(image, { width: 30, height: 24, left: 7, top: 5, windowWidth: 11, windowHeight: 9 });
  for (let y = 0; y < 9; y++) {
    const from = ((y + 5) * 30 + 7) * 3;
    assert.deepEqual(part.subarray(y * 33, y * 33 + 33), whole.subarray(from, from + 33));
  }
});
