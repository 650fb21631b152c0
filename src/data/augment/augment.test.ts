import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomStream } from '../random.ts';
import { augmentImage, type ImageShape, mixBatch } from './augment.ts';
import { AugmentSpec } from './spec.ts';

const shape: ImageShape = { width: 32, height: 24, channels: 3 };
const SIZE = 32 * 24 * 3;
const noise = new RandomStream('picture');
const picture = Uint8Array.from({ length: SIZE }, () => noise.integer(256));
/** Smooth, so that a warp's interpolation changes little. */
const smooth = Uint8Array.from({ length: SIZE }, (_, i) => {
  const p = Math.floor(i / 3);
  return [(p % 32) * 8, Math.floor(p / 32) * 10, 100][i % 3]!;
});

function augmented(source: Uint8Array, spec: object, id = 'a', epoch = 0, seed = 1): Uint8Array {
  const out = new Uint8Array(SIZE);
  augmentImage(source, out, shape, AugmentSpec.parse(spec), { seed, epoch, id });
  return out;
}
const pixel = (image: Uint8Array, x: number, y: number): number[] =>
  Array.from(image.subarray((y * 32 + x) * 3, (y * 32 + x) * 3 + 3));
const mean = (image: Uint8Array, channel: number): number => {
  let sum = 0;
  for (let i = channel; i < SIZE; i += 3) sum += image[i]!;
  return (sum / SIZE) * 3;
};
/** What happens to `smooth` in many draws, as numbers. */
const draws = (spec: object, measure: (image: Uint8Array) => number, source = smooth): number[] => {
  return Array.from({ length: 200 }, (_, i) => measure(augmented(source, spec, `s${i}`)));
};

test('all off leaves every byte', () => {
  assert.deepEqual(augmented(picture, {}), picture);
});

test('seed, epoch and sample decide, and nothing else', () => {
  const spec = { rotation: 30, hue: 0.2, blur: {}, cutout: {}, randomResizedCrop: {} };
  assert.deepEqual(augmented(picture, spec), augmented(picture, spec));
  for (const other of [
    augmented(picture, spec, 'b'),
    augmented(picture, spec, 'a', 1),
    augmented(picture, spec, 'a', 0, 2),
  ]) {
    assert.notDeepEqual(other, augmented(picture, spec));
  }
});

test('switching one transform on leaves what the others draw unchanged', () => {
  const cut = augmented(picture, { cutout: { probability: 1 } });
  const both = augmented(picture, { cutout: { probability: 1 }, brightness: 0.4 });
  for (let i = 0; i < SIZE; i += 3) if (cut[i] === 128 && picture[i] !== 128) assert.equal(both[i], 128);
});

test('flips mirror exactly, as often as asked', () => {
  const across = augmented(picture, { flipHorizontal: 1 });
  const down = augmented(picture, { flipVertical: 1 });
  assert.deepEqual(pixel(across, 3, 5), pixel(picture, 28, 5));
  assert.deepEqual(pixel(down, 3, 5), pixel(picture, 3, 18));
  const turned = draws({ flipHorizontal: 0.25 }, (image) => Number(image[0] !== smooth[0])).reduce((a, b) => a + b);
  assert.ok(turned > 30 && turned < 72, `${turned} of 200`);
});

test('rotation turns about the centre; 180 degrees reach everything', () => {
  const angles = draws({ rotation: 20 }, (image) => image[(12 * 32 + 31) * 3 + 1]! - image[12 * 32 * 3 + 1]!);
  assert.ok(Math.max(...angles) > 60 && Math.min(...angles) < -60, 'green tilts both ways');
  assert.ok(Math.max(...angles) < 125, 'but no further than 20 degrees');
  for (const turned of [augmented(smooth, { rotation: 180 }, 'x'), augmented(smooth, { rotation: 45 }, 'y')]) {
    const [red, green] = [
      (pixel(turned, 15, 11)[0]! + pixel(turned, 16, 12)[0]!) / 2,
      (pixel(turned, 15, 11)[1]! + pixel(turned, 16, 12)[1]!) / 2,
    ];
    assert.ok(Math.abs(red - 124) < 5 && Math.abs(green - 115) < 6, `the centre stays: ${red} ${green}`);
  }
});

test('scale, translate and crop change what is seen by no more than asked', () => {
  const width = (image: Uint8Array): number => image[(12 * 32 + 24) * 3]! - image[(12 * 32 + 8) * 3]!;
  const zooms = draws({ scale: [0.8, 1.25] }, width).map((seen) => 128 / seen);
  assert.ok(Math.min(...zooms) > 0.78 && Math.min(...zooms) < 0.85, `${Math.min(...zooms)}`);
  assert.ok(Math.max(...zooms) < 1.28 && Math.max(...zooms) > 1.18, `${Math.max(...zooms)}`);
  const shifts = draws({ translate: 0.25 }, (image) => image[(12 * 32 + 16) * 3]! - 128);
  assert.ok(Math.max(...shifts) <= 65 && Math.max(...shifts) > 50 && Math.min(...shifts) < -50);
  const crops = draws({ randomResizedCrop: { area: [0.25, 0.25], aspect: [1, 1] } }, width);
  const expected = 128 * Math.sqrt((0.25 * 24) / 32);
  for (const seen of crops) assert.ok(Math.abs(seen - expected) < 6, `${seen}`);
});

test('beyond the edge: reflected, or black', () => {
  const spec = { translate: 0.5 };
  assert.equal(
    draws({ ...spec, border: 'reflect' }, (image) => Math.min(...image.filter((_, i) => i % 3 === 2))).find(
      (v) => v < 90,
    ),
    undefined,
  );
  assert.notEqual(
    draws({ ...spec, border: 'black' }, (image) => Math.min(...image.filter((_, i) => i % 3 === 2))).find(
      (v) => v === 0,
    ),
    undefined,
  );
});

test('brightness, contrast, saturation and hue do what they are called', () => {
  const bright = draws({ brightness: 0.2 }, (image) => mean(image, 2) / 100);
  assert.ok(Math.min(...bright) >= 0.79 && Math.max(...bright) <= 1.21 && Math.max(...bright) > 1.15);
  const grey = (image: Uint8Array): number => 0.299 * mean(image, 0) + 0.587 * mean(image, 1) + 0.114 * mean(image, 2);
  const spread = (image: Uint8Array): number => pixel(image, 24, 12)[0]! - pixel(image, 8, 12)[0]!;
  const contrasts = draws({ contrast: 0.2 }, (image) => spread(image) / 128);
  assert.ok(Math.min(...contrasts) > 0.78 && Math.max(...contrasts) < 1.22 && Math.max(...contrasts) > 1.15);
  for (const spec of [{ contrast: 0.2 }, { saturation: 0.2 }, { hue: 0.05 }]) {
    for (const value of draws(spec, grey))
      assert.ok(Math.abs(value - grey(smooth)) < 6, `${JSON.stringify(spec)} keeps the mean grey: ${value}`);
  }
  const saturated = draws({ saturation: 0.4 }, (image) => pixel(image, 8, 8)[2]! - pixel(image, 8, 8)[0]!);
  assert.ok(
    Math.min(...saturated) < 28 && Math.max(...saturated) > 44,
    `${Math.min(...saturated)} ${Math.max(...saturated)}`,
  );
  const flat = new Uint8Array(SIZE).fill(90);
  assert.deepEqual(augmented(flat, { hue: 0.5, saturation: 1 }), flat, 'grey has no hue');
});

test('blur takes noise away and keeps the mean', () => {
  const blurred = augmented(picture, { blur: { probability: 1, sigma: [2, 2] } });
  const deviation = (image: Uint8Array): number =>
    Math.sqrt(image.reduce((sum, v) => sum + (v - 127.5) ** 2, 0) / SIZE);
  assert.ok(deviation(blurred) < deviation(picture) / 4);
  assert.ok(Math.abs(mean(blurred, 0) - mean(picture, 0)) < 3);
});

test('cutout greys a rectangle of the size asked for', () => {
  const area = draws(
    { cutout: { probability: 1, size: [0.25, 0.25] } },
    (image) => image.filter((v, i) => i % 3 === 2 && v === 128).length,
  );
  assert.equal(Math.max(...area), 8 * 6);
  assert.ok(Math.min(...area) >= 9, 'a hole may hang over the edge, by half at most');
});

test('mixup and cutmix blend pixels and targets by the same share', () => {
  const labels = [0, 1, 2, 2];
  const batch = (): Uint8Array =>
    Uint8Array.from({ length: 4 * SIZE }, (_, i) => [0, 80, 160, 240][Math.floor(i / SIZE)]!);
  for (const spec of [{ mixup: { alpha: 1 } }, { cutmix: { alpha: 1 } }]) {
    for (let n = 0; n < 20; n++) {
      const images = batch();
      const targets = mixBatch(images, labels, 3, shape, AugmentSpec.parse(spec), { seed: 1, epoch: n, id: 'batch 0' });
      for (let i = 0; i < 4; i++) {
        const row = targets.subarray(3 * i, 3 * i + 3);
        assert.ok(Math.abs(row.reduce((a, b) => a + b) - 1) < 1e-6);
        if (i > 1) continue;
        const level = images.subarray(i * SIZE, (i + 1) * SIZE).reduce((a, b) => a + b) / SIZE;
        const other = [0, 1, 2].find((c) => c !== i && row[c]! > 0);
        if (other === undefined) continue;
        const levels = other === 2 ? [160, 240] : [80 * other];
        const possible = levels.map((value) => row[i]! * 80 * i + (1 - row[i]!) * value);
        assert.ok(
          possible.some((value) => Math.abs(value - level) < 1.5),
          `${level} is none of ${possible}`,
        );
      }
    }
  }
  const plain = mixBatch(batch(), labels, 3, shape, AugmentSpec.parse({ mixup: { probability: 0 } }), {
    seed: 1,
    epoch: 0,
    id: '',
  });
  assert.deepEqual(Array.from(plain), [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1]);
});

test('a key that does not exist is refused', () => {
  assert.equal(AugmentSpec.safeParse({ flip: 0.5 }).success, false);
  assert.equal(AugmentSpec.safeParse({ scale: [1.2, 0.8] }).success, false);
});
