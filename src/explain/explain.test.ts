import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { turboTable } from './colour.ts';
import { classEvidence, enlarge } from './heatmap.ts';
import { mapPng, overlayPixels, overlayPng } from './overlay.ts';

test('a class is weighed against the others, and the strongest place is 1', () => {
  // Two classes on a 2 x 2 grid: class 0 leads at the first place by 4, at the second by 2.
  const cam = Float32Array.of(5, 1, 0, 0, 1, -1, 3, 0);
  assert.deepEqual([...classEvidence(cam, 2, 0, 2, 2).data], [1, 0.5, 0, 0]);
  assert.deepEqual([...classEvidence(cam, 2, 1, 2, 2).data], [0, 0, 1, 0]);
  assert.deepEqual([...classEvidence(new Float32Array(8), 2, 0, 2, 2).data], [0, 0, 0, 0]);
});

test('enlarging keeps the place of the peak, the range and symmetry', () => {
  const data = new Float32Array(49);
  data[3 * 7 + 3] = 1;
  const big = enlarge({ height: 7, width: 7, data }, 70, 140);
  assert.equal(big.data.length, 70 * 140);
  const at = (y: number, x: number) => big.data[y * 140 + x]!;
  assert.ok(at(34, 69) > 0.99 && at(35, 70) > 0.99);
  assert.ok(Math.abs(at(20, 40) - at(49, 99)) < 1e-6);
  assert.equal(at(0, 0), 0);
  assert.ok(big.data.every((v) => v >= 0 && v <= 1));
  const flat = enlarge({ height: 2, width: 3, data: new Float32Array(6).fill(0.5) }, 9, 9);
  assert.ok(flat.data.every((v) => Math.abs(v - 1) < 1e-6));
});

test('Turbo runs from dark blue over green to dark red', () => {
  const table = turboTable();
  const at = (i: number) => [...table.slice(i * 3, i * 3 + 3)] as [number, number, number];
  assert.ok(at(40)[2] > at(40)[0]);
  assert.ok(at(128)[1] > at(128)[0] && at(128)[1] > at(128)[2]);
  assert.ok(at(240)[0] > 150 && at(240)[2] < 30);
});

test('the overlay is a PNG of the same size; where nothing speaks it is the image', async () => {
  const pixels = new Uint8Array(4 * 6 * 3).fill(100);
  const heat = { height: 4, width: 6, data: new Float32Array(24) };
  heat.data[0] = 1;
  const { data, info } = await sharp(await overlayPng(pixels, heat))
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.width, info.height, info.channels], [6, 4, 3]);
  assert.ok(data.subarray(3).every((v) => v === 100));
  assert.ok(data[0]! > data[2]!);
});

test('the map by itself, laid over the image, gives the overlay', async () => {
  const pixels = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => (i * 37) % 256);
  const heat = { height: 16, width: 16, data: Float32Array.from({ length: 256 }, (_, i) => i / 255) };
  const map = await sharp(await mapPng(heat))
    .raw()
    .toBuffer();
  const over = overlayPixels(pixels, heat);
  for (let i = 0; i < 256; i++) {
    const cover = map[i * 4 + 3]! / 255;
    for (let c = 0; c < 3; c++) {
      const laid = pixels[i * 3 + c]! * (1 - cover) + map[i * 4 + c]! * cover;
      assert.ok(Math.abs(laid - over[i * 3 + c]!) <= 1.5, `${i}: ${laid} and ${over[i * 3 + c]}`);
    }
  }
});
