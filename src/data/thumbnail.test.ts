import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { lay, picture, withFolder } from './testing.ts';
import { thumbnail } from './thumbnail.ts';

test('a picture keeps its shape, is never enlarged, and one that is gone gives null', () =>
  withFolder(async (folder) => {
    await lay(folder, { 'small.png': 1, 'cut.png': picture(2).subarray(0, 60) });
    const wide = sharp({ create: { width: 640, height: 320, channels: 3, background: '#a33' } });
    await wide.jpeg().toFile(join(folder, 'wide.jpg'));
    const size = async (name: string) => {
      const url = await thumbnail(join(folder, name), 160);
      const { width, height, format } = await sharp(Buffer.from(url!.split(',')[1]!, 'base64')).metadata();
      return [width, height, format];
    };
    assert.deepEqual(await size('wide.jpg'), [160, 80, 'webp']);
    assert.deepEqual(await size('small.png'), [8, 8, 'webp']);
    assert.equal(await thumbnail(join(folder, 'cut.png')), null);
    assert.equal(await thumbnail(join(folder, 'none.png')), null);
  }));
