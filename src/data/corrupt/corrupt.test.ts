import assert from 'node:assert/strict';
import { test } from 'node:test';
import { corruptImage } from './corrupt.ts';
import { AMOUNTS, CORRUPTIONS, kindsFor, STRENGTHS } from './spec.ts';

const WIDTH = 160;
const HEIGHT = 144;

/** Soft blobs on a gradient, away from black and white. */
function picture(channels: 1 | 3): Uint8Array {
  return Uint8Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => {
    const p = Math.floor(i / channels);
    const [x, y] = [p % WIDTH, Math.floor(p / WIDTH)];
    return 110 + 30 * Math.sin(x / 3) + 25 * Math.cos(y / 2) + 5 * (i % channels) + 12 * ((x + y) % 2);
  });
}

function distance(a: Uint8Array, b: Uint8Array): number {
  return Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]!) ** 2, 0) / a.length);
}

test('every corruption changes the image, more with each strength, and the same way each time', async () => {
  for (const channels of [1, 3] as const) {
    const source = picture(channels);
    const kept = Uint8Array.from(source);
    const shape = { width: WIDTH, height: HEIGHT, channels };
    for (const kind of kindsFor(channels)) {
      let last = 0;
      for (const strength of STRENGTHS) {
        const out = await corruptImage(source, shape, { kind, strength }, 'a.png');
        assert.equal(out.length, source.length);
        assert.deepEqual(out, await corruptImage(source, shape, { kind, strength }, 'a.png'));
        const now = distance(out, source);
        // Geometry leaves the picture's own pattern, from which distance stops growing.
        if (kind !== 'rotation' && kind !== 'crop') assert.ok(now > last, `${kind} ${strength}: ${now} after ${last}`);
        else assert.ok(now > 0.5, `${kind} ${strength}: ${now}`);
        last = now;
      }
    }
    assert.deepEqual(source, kept);
  }
});

test('noise has the deviation it says, and two images are not noisy alike; signs differ between images', async () => {
  const source = new Uint8Array(WIDTH * HEIGHT * 3).fill(128);
  const shape = { width: WIDTH, height: HEIGHT, channels: 3 as const };
  const one = await corruptImage(source, shape, { kind: 'noise', strength: 3 }, 'a.png');
  const other = await corruptImage(source, shape, { kind: 'noise', strength: 3 }, 'b.png');
  assert.ok(Math.abs(distance(one, source) - AMOUNTS.noise.amounts[2]) < 1);
  assert.notDeepEqual(one, other);
  const means = await Promise.all(
    Array.from({ length: 12 }, async (_, i) => {
      const out = await corruptImage(source, shape, { kind: 'brightness', strength: 2 }, `${i}.png`);
      return out[0]!;
    }),
  );
  assert.deepEqual(
    [...new Set(means)].sort((a, b) => a - b),
    [102, 154],
  );
});

test('grey images have no colour to shift', () => {
  assert.deepEqual(kindsFor(3), [...CORRUPTIONS]);
  assert.ok(!kindsFor(1).includes('colour'));
});
