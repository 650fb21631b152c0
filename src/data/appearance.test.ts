import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appearance, appearanceLength } from './appearance.ts';

const size = { height: 40, width: 56 };
const image = (channels: 1 | 3, value: (x: number, y: number, c: number) => number): Uint8Array =>
  Uint8Array.from({ length: size.height * size.width * channels }, (_, i) => {
    const at = Math.floor(i / channels);
    return value(at % size.width, Math.floor(at / size.width), i % channels);
  });

test('of a plain colour: its levels, and no change anywhere', () => {
  const seen = appearance(
    image(3, (_, __, c) => [200, 100, 50][c]!),
    { ...size, channels: 3 },
  );
  assert.equal(seen.length, appearanceLength(3));
  for (const [c, level] of [200, 100, 50].entries()) {
    const [mean, spread, low, middle, high] = seen.subarray(5 * c, 5 * c + 5);
    assert.ok(Math.abs(mean! - level / 255) < 1e-6);
    assert.equal(spread, 0);
    for (const value of [low, middle, high]) assert.ok(Math.abs(value! - level / 255) < 1e-6);
  }
  const [steps, texture, coarse, rim, dark, bright] = seen.subarray(15);
  for (const value of [steps, texture, coarse, rim, dark, bright]) assert.ok(Math.abs(value!) < 1e-6);
});

test('noise changes from pixel to pixel, a shadow from cell to cell, a spot from middle to rim', () => {
  const grey = { ...size, channels: 1 };
  const noise = appearance(
    image(1, (x, y) => ((x * 7919 + y * 104729) % 97) * 2),
    grey,
  );
  const shadow = appearance(
    image(1, (x) => 4 * x),
    grey,
  );
  const spot = appearance(
    image(1, (x, y) => (Math.hypot(x - 28, y - 20) < 10 ? 20 : 200)),
    grey,
  );
  assert.equal(noise.length, appearanceLength(1));
  const [steps, coarse, rim] = [5, 7, 8];
  assert.ok(noise[steps]! > 2 * shadow[steps]!);
  assert.ok(noise[coarse]! < 2 * shadow[coarse]!);
  assert.ok(spot[rim]! < -0.2 && Math.abs(noise[rim]!) < 0.1);
});

test('one image within a batch is the image by itself; tiny images have an answer', () => {
  const one = image(3, (x, y, c) => (x * 3 + y * 5 + c * 40) % 256);
  const batch = new Uint8Array(3 * one.length);
  batch.set(one, one.length);
  assert.deepEqual(appearance(batch, { ...size, channels: 3 }, one.length), appearance(one, { ...size, channels: 3 }));
  const tiny = appearance(Uint8Array.of(1, 2, 3), { height: 1, width: 1, channels: 3 });
  assert.ok(tiny.every(Number.isFinite));
});
