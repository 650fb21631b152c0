import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { type ErrorCode, OslerError } from '../errors.ts';
import { decodeToSize, normalise, openImage } from './preprocess.ts';
import type { PreprocessSpec } from './preprocess-spec.ts';

const WIDTH = 64;
const HEIGHT = 48;
/** Red grows to the right, green downwards. */
const ramp = Buffer.alloc(WIDTH * HEIGHT * 3);
for (let i = 0; i < WIDTH * HEIGHT; i++) ramp.set([(i % WIDTH) * 4, Math.floor(i / WIDTH) * 5, 128], i * 3);
const picture = (): Sharp => sharp(ramp, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
const geometry = { width: 32, height: 32, fit: 'stretch', channels: 3 } as const;

const near = (actual: ArrayLike<number>, expected: readonly number[], within: number, what: string): void => {
  expected.forEach((value, i) => {
    assert.ok(Math.abs(actual[i]! - value) <= within, `${what}: ${Array.from(actual).slice(0, 4)} is not ${expected}`);
  });
};
const refused = (code: ErrorCode, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof OslerError, String(error));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, words);
  return true;
};

test('every format and sample layout decodes to 8 bit RGB or grey', async () => {
  const at = (20 + 10 * WIDTH) * 3;
  const [red, green, blue] = [80, 50, 128];
  const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
  const cases: [string, Buffer, readonly number[], number][] = [
    ['png', await picture().png().toBuffer(), [red, green, blue], 0],
    ['png 16', await picture().toColourspace('rgb16').png().toBuffer(), [red, green, blue], 0],
    ['tiff 16', await picture().toColourspace('rgb16').tiff({ compression: 'lzw' }).toBuffer(), [red, green, blue], 0],
    ['palette', await picture().png({ palette: true, dither: 0 }).toBuffer(), [red, green, blue], 14],
    ['webp', await picture().webp({ lossless: true }).toBuffer(), [red, green, blue], 0],
    ['jpeg', await picture().jpeg({ quality: 95 }).toBuffer(), [red, green, blue], 6],
    ['progressive', await picture().jpeg({ quality: 95, progressive: true }).toBuffer(), [red, green, blue], 6],
    ['alpha on black', await picture().ensureAlpha(0.5).png().toBuffer(), [red / 2, green / 2, blue / 2], 1],
    ['cmyk', await picture().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(), [red, green, blue], 34],
    ['grey', await picture().toColourspace('b-w').png().toBuffer(), [luma], 4],
    ['grey 16', await picture().toColourspace('grey16').png().toBuffer(), [luma], 4],
    ['grey jpeg', await picture().toColourspace('b-w').jpeg({ quality: 95 }).toBuffer(), [luma], 6],
    ['bmp 24', bmp24(ramp, WIDTH, HEIGHT), [red, green, blue], 0],
  ];
  for (const [name, bytes, expected, within] of cases) {
    const pixels = await (await openImage(bytes, { name })).decode();
    assert.deepEqual([pixels.width, pixels.height, pixels.channels], [WIDTH, HEIGHT, expected.length], name);
    near(pixels.data.subarray((at / 3) * pixels.channels), expected, within, name);
  }
});

test('EXIF orientation is applied before anything is measured', async () => {
  const turned = await picture().withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
  const image = await openImage(turned);
  assert.deepEqual([image.width, image.height], [HEIGHT, WIDTH]);
  const pixels = await image.decode();
  // The stored left edge (dark red) is now the top edge.
  near(pixels.data.subarray(HEIGHT * 3 * 2), [8, 235, 128], 12, 'second row');
  const small = await image.decode({ width: 20, height: 30 });
  assert.deepEqual([small.width, small.height], [HEIGHT / 2, WIDTH / 2], 'scaled by two');
});

test('hostile images are refused with a code and a sentence, quickly', async () => {
  const png = await picture().png().toBuffer();
  const jpeg = await picture().jpeg().toBuffer();
  const resized = (width: number, height: number): Buffer => {
    const copy = Buffer.from(png);
    copy.writeUInt32BE(width, 16);
    copy.writeUInt32BE(height, 20);
    copy.writeUInt32BE(crc32(copy.subarray(12, 29)), 29);
    return copy;
  };
  const cases: [string, Uint8Array, ErrorCode, RegExp][] = [
    ['bomb', resized(19_000, 19_000), 'IMAGE_TOO_LARGE', /19000x19000/],
    ['line', resized(100_000, 1), 'IMAGE_TOO_LARGE', /100000x1/],
    ['nothing', resized(0, 0), 'IMAGE_UNREADABLE', /nothing is a damaged PNG: it can not be decoded\./],
    ['huge', Buffer.concat([jpeg, Buffer.alloc(50e6)]), 'IMAGE_TOO_LARGE', /47\.7 MiB/],
    ['empty', new Uint8Array(0), 'IMAGE_UNREADABLE', /empty/],
    ['gif', Buffer.from('GIF89a\x01\0\x01\0'), 'IMAGE_TYPE', /a GIF/],
    ['svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'IMAGE_TYPE', /an SVG/],
    ['text', Buffer.from('hello'), 'IMAGE_TYPE', /no type that Osler knows/],
    ['zip tail', Buffer.concat([jpeg, zipEnd()]), 'IMAGE_TYPE', /JPEG and a ZIP/],
    ['page tail', Buffer.concat([png, Buffer.from('<html><script>x</script>')]), 'IMAGE_TYPE', /PNG and a web page/],
    ['pdf tail', Buffer.concat([jpeg, Buffer.from('%PDF-1.4'), jpeg.subarray(-2)]), 'IMAGE_TYPE', /a PDF/],
    ['pdf head', withComment(jpeg, '%PDF-1.4'), 'IMAGE_TYPE', /a PDF/],
    ['cut jpeg', jpeg.subarray(0, jpeg.length / 2), 'IMAGE_UNREADABLE', /cut jpeg/],
    ['lost end of jpeg', jpeg.subarray(0, jpeg.length - 2), 'IMAGE_UNREADABLE', /before the end of its JPEG/],
    ['no content', Uint8Array.of(0xff, 0xd8, 0xff, 0xdd, 0, 2), 'IMAGE_UNREADABLE', /no content/],
    ['cut png', png.subarray(0, png.length / 2), 'IMAGE_UNREADABLE', /cut png/],
    ['lost end', png.subarray(0, png.length - 12), 'IMAGE_UNREADABLE', /lost end/],
    ['cut bmp', bmp24(ramp, WIDTH, HEIGHT).subarray(0, 1000), 'IMAGE_UNREADABLE', /cut off/],
    ['noise', Buffer.concat([jpeg.subarray(0, 4), Buffer.alloc(3000, 77)]), 'IMAGE_UNREADABLE', /noise/],
  ];
  for (const [name, bytes, code, words] of cases) {
    const before = process.cpuUsage();
    await assert.rejects(decodeToSize(bytes, geometry, { name }), refused(code, words), name);
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 1e6, `${name} took ${user + system} µs of the processor`);
  }
  await assert.rejects(decodeToSize('/nowhere/x.png', geometry), refused('NOT_FOUND', /nowhere/));
});

test('a JPEG that is cut off anywhere is refused, also when its last rows are not asked for', async () => {
  // Of 97 rows an eighth leaves twelve: the decoder would not read the last row of blocks.
  const bytes = await sharp(ramp, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .resize(97, 97, { fit: 'fill' })
    .jpeg()
    .toBuffer();
  const preview = withComment(bytes, '\xff\xd9');
  for (const whole of [bytes, preview]) {
    assert.equal((await decodeToSize(whole, { ...geometry, width: 12, height: 12 })).length, 12 * 12 * 3);
    for (const missing of [1, 2, 3, 10, 20, 40, 200]) {
      const cut = whole.subarray(0, whole.length - missing);
      await assert.rejects(
        decodeToSize(cut, { ...geometry, width: 12, height: 12 }, { name: `without ${missing}` }),
        refused('IMAGE_UNREADABLE', /cut off/),
      );
    }
  }
});

test('crop and pad keep the aspect, stretch does not', async () => {
  const bytes = await picture().png().toBuffer();
  const crop = await decodeToSize(bytes, { ...geometry, fit: 'crop' });
  const pad = await decodeToSize(bytes, { ...geometry, fit: 'pad' });
  const stretch = await decodeToSize(bytes, geometry);
  const row = (pixels: Uint8Array, y: number): number[] => [pixels[y * 96]!, pixels[y * 96 + 93]!];
  near(row(stretch, 16), [2, 250], 2, 'stretch reaches both sides');
  near(row(crop, 16), [34, 218], 4, 'crop cuts them off');
  near(row(pad, 16), [2, 250], 2, 'pad reaches both sides');
  assert.deepEqual(row(pad, 2), [0, 0], 'and has black above');
});

test('trim cuts a share off each side first, on a JPEG that is decoded smaller too', async () => {
  const side = 400;
  const framed = Buffer.alloc(side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) framed[y * side + x] = Math.min(x, y, side - 1 - x, side - 1 - y) < 40 ? 255 : 60;
  const image = sharp(framed, { raw: { width: side, height: side, channels: 1 } });
  const spec = { width: 32, height: 32, channels: 1, fit: 'stretch' } as const;
  for (const bytes of [await image.clone().png().toBuffer(), await image.clone().jpeg({ quality: 95 }).toBuffer()]) {
    const whole = await decodeToSize(bytes, spec);
    assert.ok(whole[0]! > 240, 'the frame is there');
    const inner = await decodeToSize(bytes, { ...spec, trim: 0.11 });
    near([Math.min(...inner), Math.max(...inner)], [60, 60], 4, 'nothing of the frame is left');
    assert.deepEqual(await decodeToSize(bytes, { ...spec, trim: 0 }), whole);
  }
});

test('normalise gives the same numbers in both layouts', async () => {
  const spec: PreprocessSpec = { ...geometry, fit: 'stretch', mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.5] };
  const pixels = await decodeToSize(await picture().png().toBuffer(), spec);
  const nhwc = normalise([pixels, pixels], spec, 'nhwc');
  const nchw = normalise([pixels, pixels], spec, 'nchw');
  const plane = 32 * 32;
  for (const [n, y, x, c] of [
    [0, 3, 5, 0],
    [1, 31, 30, 2],
    [1, 0, 0, 1],
  ] as const) {
    const expected = Math.fround((pixels[(y * 32 + x) * 3 + c]! / 255 - spec.mean[c]!) / spec.std[c]!);
    assert.equal(nhwc[n * plane * 3 + (y * 32 + x) * 3 + c], expected);
    assert.equal(nchw[n * plane * 3 + c * plane + y * 32 + x], expected);
  }
});

test('grey is ITU-R 601 luma', async () => {
  const bytes = await sharp(Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 200, 100, 50]), {
    raw: { width: 4, height: 1, channels: 3 },
  })
    .png()
    .toBuffer();
  const grey = await decodeToSize(bytes, { width: 4, height: 1, fit: 'stretch', channels: 1 });
  assert.deepEqual(Array.from(grey), [76, 150, 29, 124]);
});

function bmp24(rgb: Uint8Array, width: number, height: number): Buffer {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + stride * height);
  file.write('BM');
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b] = rgb.subarray((y * width + x) * 3);
      file.set([b!, g!, r!], 54 + (height - 1 - y) * stride + x * 3);
    }
  }
  return file;
}

function zipEnd(): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  return end;
}

function withComment(jpeg: Buffer, text: string): Buffer {
  const segment = Buffer.alloc(4 + text.length);
  segment.writeUInt16BE(0xfffe, 0);
  segment.writeUInt16BE(2 + text.length, 2);
  segment.write(text, 4, 'latin1');
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}
