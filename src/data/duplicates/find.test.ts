import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { examineFile } from '../examine.ts';
import { lay, withFolder } from '../testing.ts';
import { Copies } from './copies.ts';
import { findCopies } from './find.ts';
import { SIZE, spots, spotted } from './testing.ts';

async function search(paths: Record<string, string>, near = true) {
  const files = new Map<string, { path: string; width: number; height: number; fingerprint: Uint8Array }>();
  const shas: Record<string, string> = {};
  for (const [name, path] of Object.entries(paths)) {
    const found = await examineFile(path);
    assert.ok(!('reason' in found), `${name}: ${'reason' in found ? found.reason : ''}`);
    files.set(found.sha256, { path, ...found });
    shas[name] = found.sha256;
  }
  const contents = {
    hashes: [...files.keys()].sort(),
    fingerprint: (sha: string) => files.get(sha)!.fingerprint,
    file: (sha: string) => files.get(sha)!,
  };
  const pairs = await findCopies(contents, { near });
  const copies = new Copies(pairs);
  return {
    pairs,
    names: new Map(Object.entries(shas).map(([name, sha]) => [sha, name])),
    near: (a: string, b: string) => copies.pictureOf(shas[a]!) === copies.pictureOf(shas[b]!),
    exact: (a: string, b: string) => copies.exactOf(shas[a]!) === copies.exactOf(shas[b]!),
    has: (a: string) => copies.has(shas[a]!),
  };
}

async function write(folder: string, files: Record<string, Promise<Buffer>>): Promise<Record<string, string>> {
  const paths: Record<string, string> = {};
  for (const [name, bytes] of Object.entries(files)) {
    paths[name] = join(folder, name);
    await writeFile(paths[name], await bytes);
  }
  return paths;
}

test('what is recompressed, resized, cropped, turned, mirrored or brightened is found, and other pictures are not', () =>
  withFolder(async (folder) => {
    await lay(folder, { 'x.txt': 'x' });
    const { width, height } = SIZE;
    const half = { width: width / 2, height: height / 2 };
    const files: Record<string, Promise<Buffer>> = {};
    for (let i = 0; i < 6; i++) {
      const crop = { left: i % 6, top: i % 5, width: width - 6, height: height - 5 };
      files[`${i} original.png`] = spotted(i).png().toBuffer();
      files[`${i} recompressed.jpg`] = spotted(i).jpeg({ quality: 50 }).toBuffer();
      files[`${i} resized.jpg`] = spotted(i).resize(half).jpeg({ quality: 90 }).toBuffer();
      files[`${i} cropped.jpg`] = spotted(i).extract(crop).jpeg({ quality: 90 }).toBuffer();
      files[`${i} mirrored.webp`] = spotted(i).flop().webp({ quality: 90 }).toBuffer();
      files[`${i} rotated 90.jpg`] = spotted(i).rotate(90).jpeg({ quality: 90 }).toBuffer();
      files[`${i} rotated 180.png`] = spotted(i).rotate(180).png().toBuffer();
      files[`${i} brightness.jpg`] = spotted(i).linear(1.1, 0).jpeg({ quality: 90 }).toBuffer();
    }
    for (let i = 100; i < 130; i++) files[`${i} alone.png`] = spotted(i).png().toBuffer();
    const paths = await write(folder, files);
    const found = await search(paths);
    for (const name of Object.keys(files)) {
      const [number] = name.split(' ');
      if (name.includes('alone')) assert.ok(!found.has(name), name);
      else {
        assert.ok(found.near(name, `${number} original.png`), name);
        assert.ok(!found.near(name, `${(Number(number) + 1) % 6} original.png`), name);
      }
    }
    for (const { a, b, kind, distance } of found.pairs) {
      assert.equal(kind, 'near', `${found.names.get(a)} = ${found.names.get(b)}`);
      assert.ok(distance >= 0 && distance <= 0.22);
    }
    // What ties an original and its copy says how the one came of the other.
    for (const { a, b, transform } of found.pairs) {
      const names = [found.names.get(a)!, found.names.get(b)!];
      const other = names.find((name) => !name.includes('original'))!;
      if (!names.some((name) => name.includes('original'))) continue;
      const what = /^\d+ ([a-z]+)/.exec(other)![1]!;
      assert.match(transform, new RegExp(what), `${names.join(' and ')}: ${transform}`);
    }
    assert.deepEqual((await search(paths, false)).pairs, []);
  }));

test('equal pixels are exact copies, whatever the format, the metadata or the orientation tag', () =>
  withFolder(async (folder) => {
    await lay(folder, { 'x.txt': 'x' });
    const jpeg = await spotted(1).jpeg({ quality: 80 }).toBuffer();
    const grey = await spotted(2).greyscale().png().toBuffer();
    const turned = sharp(spots(3), { raw: { ...SIZE, channels: 3 } });
    const files = {
      'a.jpg': Promise.resolve(jpeg),
      'a.png': sharp(jpeg).png().toBuffer(),
      'a.tif': sharp(jpeg).tiff({ compression: 'lzw' }).toBuffer(),
      'a.webp': sharp(jpeg).webp({ lossless: true }).toBuffer(),
      'grey.png': Promise.resolve(grey),
      'colour.png': sharp(grey).toColourspace('srgb').png({ palette: false }).toBuffer(),
      'plain.png': spotted(3).rotate(90).png().toBuffer(),
      'tagged.png': turned.withMetadata({ orientation: 6 }).png().toBuffer(),
      'nearly.png': sharp(jpeg).linear(1, 1).png().toBuffer(),
    };
    const paths = await write(folder, files);
    const found = await search(paths);
    assert.deepEqual((await search(paths)).pairs, found.pairs);
    for (const name of ['a.png', 'a.tif', 'a.webp']) assert.ok(found.exact('a.jpg', name), name);
    assert.ok(found.exact('grey.png', 'colour.png'));
    assert.ok(found.exact('plain.png', 'tagged.png'));
    assert.ok(!found.exact('a.jpg', 'nearly.png'));
    assert.ok(found.near('a.jpg', 'nearly.png'));
  }));

test('pictures without any detail are copies only when every pixel is equal', () =>
  withFolder(async (folder) => {
    await lay(folder, { 'x.txt': 'x' });
    const blank = (grey: number, width = 60) =>
      sharp({ create: { width, height: 60, channels: 3, background: { r: grey, g: grey, b: grey } } });
    const files = {
      'black.png': blank(0).png().toBuffer(),
      'black.tif': blank(0).tiff().toBuffer(),
      'black grey.png': blank(0).toColourspace('b-w').png().toBuffer(),
      'black wide.png': blank(0, 61).png().toBuffer(),
      'white.png': blank(255).png().toBuffer(),
      'red.png': sharp({ create: { width: 60, height: 60, channels: 3, background: 'red' } }).png().toBuffer(), // biome-ignore format: one a line
    };
    const found = await search(await write(folder, files));
    assert.ok(found.exact('black.png', 'black.tif') && found.exact('black.png', 'black grey.png'));
    for (const name of ['black wide.png', 'white.png', 'red.png']) assert.ok(!found.has(name), name);
  }));
