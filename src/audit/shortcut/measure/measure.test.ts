import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { asImage, cloud } from '../testing.ts';
import { jpegFacts } from './jpeg.ts';
import { measureImage } from './measure.ts';

const measure = async (picture: Sharp) => measureImage(await picture.toBuffer(), 'it');
const number = (value: number | string | null | undefined): number => {
  assert.equal(typeof value, 'number');
  return value as number;
};

test('JPEG: quality, chroma, order and metadata as they were saved', async () => {
  const colour = asImage(cloud(1)).toColourspace('srgb');
  for (const quality of [20, 50, 75, 92, 100]) {
    const facts = jpegFacts(await colour.clone().jpeg({ quality }).toBuffer());
    assert.equal(facts.quality, quality);
  }
  const plain = jpegFacts(await colour.clone().jpeg().toBuffer());
  const other = jpegFacts(
    await colour
      .clone()
      .withExif({ IFD0: { Software: 'Scanner 2.1' } })
      .jpeg({ chromaSubsampling: '4:4:4', progressive: true, quality: 70 })
      .toBuffer(),
  );
  assert.deepEqual([plain.subsampling, plain.progressive], ['4:2:0', false]);
  assert.deepEqual([other.subsampling, other.progressive], ['4:4:4', true]);
  assert.ok(other.metadataBytes > plain.metadataBytes + 20);
  assert.notEqual(other.tables, plain.tables);
  assert.equal(
    jpegFacts(new Uint8Array([0xff, 0xd8, 0xff, 0xdb, 0, 9, 0])).quality,
    0,
    'cut off: nothing is read past the end',
  );
});

test('borders: where they are, how wide and how bright; none on a picture without', async () => {
  const bare = await measure(asImage(cloud(2)).png());
  assert.deepEqual([bare.border, bare.borderLevel], [0, null]);
  const framed = asImage(cloud(2)).extend({ top: 8, left: 4, background: '#fff' });
  for (const picture of [framed.clone().png(), framed.clone().jpeg({ quality: 85 })]) {
    const found = await measure(picture);
    assert.ok(Math.abs(number(found.borderTop) - 8 / 72) < 0.02);
    assert.ok(Math.abs(number(found.borderLeft) - 4 / 68) < 0.02);
    assert.deepEqual([found.borderBottom, found.borderRight], [0, 0]);
    assert.ok(number(found.borderLevel) > 245);
  }
  const flat = await measure(sharp({ create: { width: 40, height: 40, channels: 3, background: '#445' } }).png());
  assert.equal(flat.border, 0, 'a picture that is flat all over has no border');
});

test('black corners, marks at the edge, grey saved as colour', async () => {
  const svg = (inner: string) => Buffer.from(`<svg width="128" height="128">${inner}</svg>`);
  const bare = asImage(cloud(3, 128), 128);
  const round = await measure(
    bare
      .clone()
      .composite([{ input: svg('<path fill-rule="evenodd" d="M0 0H128V128H0ZM64 0A64 64 0 1 0 64.01 0Z"/>') }])
      .png(),
  );
  assert.ok(number(round.vignette) > 0.9);
  assert.equal((await measure(bare.clone().png())).vignette, 0);
  const marked = await measure(
    bare
      .clone()
      .composite([{ input: svg('<path d="M8 8V24M8 16H18M18 8V24" stroke="#fff" stroke-width="3" fill="none"/>') }])
      .png(),
  );
  assert.ok(number(marked.lightMarks) > 0.1);
  assert.equal((await measure(bare.clone().png())).lightMarks, 0);
  assert.equal((await measure(bare.clone().toColourspace('b-w').png())).colours, 'grey');
  assert.equal((await measure(bare.clone().toColourspace('srgb').png())).colours, 'grey saved as colour');
});

test('noise, sharpness, blocks and the light of the corners move as they should', async () => {
  const bare = asImage(cloud(4, 128), 128);
  const plain = await measure(bare.clone().png());
  const soft = await measure(bare.clone().blur(0.8).png());
  const poor = await measure(sharp(await bare.clone().jpeg({ quality: 25 }).toBuffer()).png());
  const light = await measure(bare.clone().linear(1.2, 0).png());
  assert.ok(Math.abs(number(plain.noise) - 3) < 0.6, `grain of 3 levels, ${plain.noise} measured`);
  assert.ok(number(soft.noise) < number(plain.noise) / 2);
  assert.ok(number(soft.fineDetail) < number(plain.fineDetail));
  assert.ok(number(poor.blockiness) > 1.2 && Math.abs(number(plain.blockiness) - 1) < 0.1);
  assert.ok(number(light.cornerLight) > 1.1 * number(plain.cornerLight));
});

test('pictures of any size can be measured; what is no image is refused', async () => {
  for (const [width, height] of [
    [1, 1],
    [2, 700],
    [28, 28],
    [300, 3],
  ] as const) {
    const found = await measure(sharp({ create: { width, height, channels: 3, background: '#888' } }).png());
    for (const [name, value] of Object.entries(found))
      if (typeof value === 'number') assert.ok(Number.isFinite(value), `${name} of ${width}x${height} is ${value}`);
  }
  await assert.rejects(measureImage(Buffer.from('GIF89a'), 'scan.gif'), { code: 'IMAGE_TYPE' });
});
