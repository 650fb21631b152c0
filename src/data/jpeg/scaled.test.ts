import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp, { type JpegOptions } from 'sharp';
import { RandomStream } from '../random.ts';
import { resize } from '../resize.ts';
import { readJpegHeader } from './header.ts';
import { decodeScaled } from './scaled.ts';

const WIDTH = 203;
const HEIGHT = 150;

/** Soft blobs of colour with an edge and some grain. */
function picture(): Buffer {
  const random = new RandomStream('jpeg');
  const data = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let y = 0, p = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++, p += 3) {
      const inside = Math.hypot(x - 90, y - 70) < 45 ? 0.5 : 1;
      data[p] = inside * (170 + 50 * Math.sin(x / 19)) + random.between(-6, 6);
      data[p + 1] = inside * (140 + 60 * Math.cos(y / 23)) + random.between(-6, 6);
      data[p + 2] = inside * (120 + 50 * Math.sin((x + y) / 31)) + random.between(-6, 6);
    }
  }
  return data;
}

const encode = (options: JpegOptions): Promise<Buffer> => {
  return sharp(picture(), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg(options)
    .toBuffer();
};

/** Mean difference to decoding the whole picture with libjpeg and resizing it then. */
async function distance(bytes: Buffer, width: number, height: number): Promise<number> {
  const small = decodeScaled(bytes, readJpegHeader(bytes)!, width, height)!;
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const whole = { width: info.width, height: info.height, channels: 3, data } as const;
  const reference = resize(whole, { width, height, left: 0, top: 0, windowWidth: width, windowHeight: height });
  assert.equal(small.data.length, reference.length);
  return reference.reduce((sum, value, i) => sum + Math.abs(value - small.data[i]!), 0) / reference.length;
}

test('every chroma layout, quality and size is close to decoding all of it', async () => {
  for (const chromaSubsampling of ['4:2:0', '4:4:4']) {
    for (const quality of [35, 80, 98]) {
      const bytes = await encode({ chromaSubsampling, quality });
      for (const [width, height] of [
        [101, 75],
        [64, 64],
        [40, 75],
        [25, 20],
      ] as const) {
        const off = await distance(bytes, width, height);
        assert.ok(off < 3.5, `${chromaSubsampling} quality ${quality} to ${width}x${height}: ${off}`);
      }
    }
  }
});

test('sizes that do not line up with the blocks move nothing', async () => {
  const width = 400;
  const height = 304;
  const data = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; i++) data.fill(128 + 100 * Math.sin((i % width) / 25), i * 3, i * 3 + 3);
  const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 97 })
    .toBuffer();
  for (const times of [8, 7.5, 6.5, 5.5, 4.5, 3.3, 2]) {
    const off = await distance(bytes, Math.floor(width / times), Math.floor(height / times));
    assert.ok(off < 1.5, `a ${times}th: ${off}`);
  }
});

test('grey and restart markers', async () => {
  const grey = await sharp(picture(), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .toColourspace('b-w')
    .jpeg()
    .toBuffer();
  const small = decodeScaled(grey, readJpegHeader(grey)!, 50, 40)!;
  assert.equal(small.channels, 1);
  assert.equal(small.data.length, 50 * 40);
  const restarted = withRestarts();
  const header = readJpegHeader(restarted)!;
  assert.equal(header.restart, 1);
  const { data } = decodeScaled(restarted, header, 8, 4)!;
  assert.deepEqual([data[0], data[7]], [128 + 8, 128 + 8], 'the second unit starts from zero again');
});

test('what is unusual or damaged is left to libjpeg', async () => {
  const plain = await encode({});
  assert.equal(readJpegHeader(await encode({ progressive: true })), undefined);
  const cmyk = await sharp(plain).toColourspace('cmyk').jpeg().toBuffer();
  assert.equal(readJpegHeader(cmyk), undefined);
  assert.equal(readJpegHeader(await sharp(plain).withMetadata({ orientation: 3 }).jpeg().toBuffer()), undefined);
  assert.notEqual(readJpegHeader(await sharp(plain).withMetadata({ orientation: 1 }).jpeg().toBuffer()), undefined);
  const header = readJpegHeader(plain)!;
  assert.equal(decodeScaled(plain.subarray(0, plain.length - 300), header, 50, 40), undefined, 'cut off');
  const short = Buffer.concat([plain.subarray(0, plain.length - 300), Buffer.from([0xff, 0xd9])]);
  assert.equal(decodeScaled(short, header, 50, 40), undefined, 'too little data');
});

test('damage of any kind never throws', async () => {
  const bytes = await encode({ quality: 60 });
  const random = new RandomStream('damage');
  for (let round = 0; round < 400; round++) {
    const copy = Buffer.from(bytes);
    for (let i = 0; i < 1 + (round % 7); i++) copy[2 + random.integer(copy.length - 2)] = random.integer(256);
    const header = readJpegHeader(copy);
    if (header !== undefined && header.width * header.height < 1e6) decodeScaled(copy, header, 20, 20);
  }
});

test('segments without their content, and impossible tables, are left to libjpeg', () => {
  const start = [0xff, 0xd8];
  const empty = (marker: number): number[] => [...start, 0xff, marker, 0, 2];
  for (const marker of [0xc0, 0xc4, 0xda, 0xdb, 0xdd, 0xe1, 0xee]) {
    for (const rest of [[], [0], [0xff, 0xd9]]) {
      assert.equal(readJpegHeader(Uint8Array.of(...empty(marker), ...rest)), undefined, `marker ${marker}`);
    }
  }
  const sound = withRestarts();
  const table = sound.indexOf(Buffer.from([0xff, 0xc4]));
  const broken = (at: number, value: number): Buffer => Buffer.from(sound).fill(value, table + at, table + at + 1);
  assert.notEqual(readJpegHeader(broken(21, 5)), undefined);
  assert.equal(readJpegHeader(broken(21, 16)), undefined, 'a number of 16 bits');
  assert.equal(readJpegHeader(broken(5, 3)), undefined, 'three codes of one bit');
});

/** Two grey blocks of one level, each after a restart: difference 8 (quantiser 8, coefficient 8), no further coefficients. */
function withRestarts(): Buffer {
  const segment = (marker: number, ...content: number[]): number[] => [0xff, marker, 0, content.length + 2, ...content];
  const quantisers = [0, ...new Array<number>(64).fill(8)];
  const oneSymbol = (kind: number, symbol: number): number[] => [kind, 1, ...new Array<number>(15).fill(0), symbol];
  return Buffer.from([
    0xff,
    0xd8,
    ...segment(0xdb, ...quantisers),
    ...segment(0xc0, 8, 0, 8, 0, 16, 1, 1, 0x11, 0),
    ...segment(0xc4, ...oneSymbol(0x00, 4)),
    ...segment(0xc4, ...oneSymbol(0x10, 0)),
    ...segment(0xdd, 0, 1),
    ...segment(0xda, 1, 1, 0, 0, 63, 0),
    // Code 0 for a size of 4, the number 1000 (8), code 0 for the end; ones fill the byte.
    0b01000_0_11,
    0xff,
    0xd0,
    0b01000_0_11,
    0xff,
    0xd9,
  ]);
}
