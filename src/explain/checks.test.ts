import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { meanOf } from './estimate.ts';
import { fitMask, readMask } from './mask.ts';
import { leadOf, occluded, occlusionMap, windowsOver } from './occlusion.ts';
import { pictureOf } from './picture.ts';
import { inside, peaks, rankCorrelation, shares } from './scores.ts';

test('rank correlation is Spearman’s, with ties; a flat map has none', () => {
  assert.equal(rankCorrelation([1, 2, 3, 4], [10, 20, 30, 40]), 1);
  assert.equal(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1]), -1);
  // scipy.stats.spearmanr([1, 2, 2, 4, 5], [2, 1, 3, 3, 9]).statistic
  assert.ok(Math.abs(rankCorrelation([1, 2, 2, 4, 5], [2, 1, 3, 3, 9])! - 0.7631578947368423) < 1e-12);
  assert.equal(rankCorrelation([1, 1, 1], [1, 2, 3]), null);
});

test('energy and pointing: what is against the class counts as nothing, places that are alike share', () => {
  const map = { height: 2, width: 2, data: Float32Array.of(3, -5, 1, 3) };
  const mask = Uint8Array.of(1, 1, 0, 0);
  assert.ok(Math.abs(inside(shares(map)!, mask) - 3 / 7) < 1e-12);
  assert.equal(inside(peaks(map, 2, 2)!, mask), 0.5);
  // A place of a coarse map stands for all its pixels.
  assert.equal(
    inside(
      peaks(map, 4, 4)!,
      Uint8Array.from({ length: 16 }, (_, i) => (i === 0 ? 1 : 0)),
    ),
    1 / 8,
  );
  const nothing = { height: 1, width: 2, data: Float32Array.of(-1, 0) };
  assert.equal(shares(nothing), null);
  assert.equal(peaks(nothing, 1, 2), null);
});

test('occlusion finds the only place that matters', () => {
  const size = { height: 30, width: 40, channels: 3 };
  const windows = windowsOver(size);
  assert.equal(windows.rows[0], 0);
  assert.equal(windows.rows.at(-1)! + windows.side, 30);
  assert.equal(windows.columns.at(-1)! + windows.side, 40);
  const pixels = new Uint8Array(30 * 40 * 3).fill(50);
  const place = (20 * 40 + 9) * 3;
  pixels[place] = 250;
  const before = pixels.slice();
  const seen = [...occluded(pixels, windows)].map((copy) => copy[place]!);
  assert.deepEqual(pixels, before);
  const map = occlusionMap(
    seen.map((v) => 250 - v),
    windows,
  );
  const top = map.data.indexOf(Math.max(...map.data));
  assert.ok(Math.abs(Math.floor(top / 40) - 20) <= windows.side && Math.abs((top % 40) - 9) <= windows.side);
  assert.equal(map.data[0], 0);
  assert.equal(leadOf([3, 1, 2], 0), 1.5);
});

test('masks: 0 and 1 or 0 and 255, fitted like the image; another size is an error that names both', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-mask-'));
  try {
    const write = async (name: string, top: number, width = 20) => {
      const data = Buffer.alloc(width * 10);
      for (let y = 0; y < 5; y++) data.fill(top, y * width, y * width + width);
      const path = join(folder, name);
      await sharp(data, { raw: { width, height: 10, channels: 1 } })
        .png()
        .toFile(path);
      return path;
    };
    const image = { id: 'a.png', height: 10, width: 20 };
    const one = await readMask(await write('one.png', 1), image);
    const full = await readMask(await write('full.png', 255), image);
    assert.deepEqual(one, full);
    assert.equal(await readMask(await write('none.png', 0), image), null);
    const spec = { height: 8, width: 8, fit: 'stretch', channels: 3, mean: [0, 0, 0], std: [1, 1, 1] } as const;
    const fitted = fitMask(full!, { ...spec, mean: [...spec.mean], std: [...spec.std] });
    assert.deepEqual([...fitted.subarray(0, 32)], Array(32).fill(1));
    assert.deepEqual([...fitted.subarray(32)], Array(32).fill(0));
    const other = await write('other.png', 255, 24);
    await assert.rejects(readMask(other, image), /mask of a\.png is 24 × 10 pixels; the image is 20 × 10/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('means over groups say why they have no interval', () => {
  assert.deepEqual(meanOf([null], ['a']).value, null);
  assert.match(meanOf([1, 0], ['a', 'a']).reason!, /one group/);
  assert.match(meanOf([0, 1, 0, 1], ['a', 'b', 'c', 'd']).reason!, /4 groups only/);
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const all = meanOf(
    names.map(() => 1),
    names,
  );
  assert.ok(all.high === 1 && all.low! < 0.3, 'eight groups that say the same are no certainty');
  const { value, low, high } = meanOf(
    names.map((_, i) => i % 2),
    names,
  );
  assert.ok(value === 0.5 && low! >= 0 && low! < 0.5 && high! <= 1 && high! > 0.5);
});

test('a picture is a WebP with the mask’s outline in white', async () => {
  const pixels = { height: 20, width: 20, channels: 3 as const, data: new Uint8Array(1200).fill(90) };
  const mask = Uint8Array.from({ length: 400 }, (_, i) => (i % 20 > 5 && i % 20 < 15 ? 1 : 0));
  const url = await pictureOf(pixels, null, mask);
  const { data, info } = await sharp(Buffer.from(url.split(',')[1]!, 'base64'))
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.equal(info.format, 'raw');
  assert.ok(data[(10 * 20 + 6) * 3]! > 150);
  assert.equal(pixels.data[0], 90);
});
