import assert from 'node:assert/strict';
import { readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { OslerError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import { findRecord, listDatasets, openDataset } from './dataset.ts';
import { openImage } from './decode.ts';
import { spotted } from './duplicates/testing.ts';
import { importDataset } from './import.ts';
import { encodePng } from './png.ts';
import { resplitDataset } from './resplit.ts';
import { type Sample, unitOf } from './sample.ts';
import { classes, importAs, lay, picture, withFolder } from './testing.ts';

const rejects = (promise: Promise<unknown>, code: string, text: RegExp) =>
  assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof OslerError, String((error as Error)?.stack));
    assert.equal(error.code, code);
    assert.match(`${error.message} ${error.hint ?? ''}`, text);
    return true;
  });

test('a version is immutable; importing again names its parent and the difference, or says that nothing changed', () =>
  withFolder(async (folder, home) => {
    const source = await lay(join(folder, 'src'), classes('', ['benign', 'malignant'], 20));
    const first = await importAs(home, source);
    assert.equal(first.version, 1);
    assert.equal(first.parent, null);
    assert.deepEqual(first.classes, ['benign', 'malignant']);
    assert.deepEqual(first.splits, {
      train: { benign: 14, malignant: 14 },
      val: { benign: 3, malignant: 3 },
      test: { benign: 3, malignant: 3 },
    });
    const again = await importAs(home, source);
    assert.equal(again.unchanged, true);
    assert.equal(again.version, 1);
    assert.equal(again.digest, first.digest);

    const before = await openDataset(home, 'd@1');
    await rm(join(source, 'benign/0.png'));
    // Written over in place: the first version must keep its own bytes.
    await writeFile(join(source, 'benign/1.png'), picture(777));
    await lay(source, classes('new-', ['x'], 0));
    await lay(source, { 'benign/20.png': 900, 'malignant/20.png': 901, 'malignant/21.png': 902 });
    const second = await importAs(home, source);
    assert.equal(second.version, 2);
    assert.deepEqual(second.parent, { version: 1, added: 3, removed: 1, changed: 1 });

    const after = new Map((await openDataset(home, 'd')).samples().map((s) => [s.id, s]));
    for (const sample of before.samples()) {
      const bytes = await readFile(before.path(sample));
      assert.deepEqual(
        bytes,
        picture(Number(/(\d+)\.png/.exec(sample.id)![1]) + (sample.label === 'malignant' ? 20 : 0)),
      );
      if (after.has(sample.id)) assert.equal(after.get(sample.id)!.split, sample.split, sample.id);
    }
    assert.deepEqual(
      (await listDatasets(home)).map((d) => `${d.name}@${d.version}`),
      ['d@2'],
    );
    assert.equal((await findRecord(home, 'd@1')).digest, first.digest);
    await rejects(openDataset(home, 'dd'), 'NOT_FOUND', /Did you mean "d"/);
    await rejects(openDataset(home, 'd@9'), 'NOT_FOUND', /no version 9.*1, 2/);
  }));

test('only what changed is read again', () =>
  withFolder(async (folder, home) => {
    const source = await lay(join(folder, 'src'), classes('', ['a', 'b'], 5));
    await importAs(home, source);
    // The bytes change behind an unchanged size, time and inode: whoever does not read them can not see it.
    const path = join(source, 'a/0.png');
    const time = new Date(1e12);
    await utimes(path, time, time);
    assert.equal((await importAs(home, source)).unchanged, true);
    const bytes = await readFile(path);
    await writeFile(path, bytes.fill(0));
    await utimes(path, time, time);
    assert.equal((await importAs(home, source)).unchanged, true);
    await utimes(path, new Date(), new Date());
    assert.deepEqual(
      (await importAs(home, source)).unreadable.map((u) => u.id),
      ['a/0.png'],
    );
  }));

test('splits given by folders are kept; a missing val is cut out of train, and only of it', () =>
  withFolder(async (folder, home) => {
    const train = classes('data/Train/', ['a', 'b'], 40);
    const source = await lay(join(folder, 'one'), { ...train, ...classes('data/Test/', ['a', 'b'], 10, 500) });
    const result = await importAs(home, source);
    assert.deepEqual(result.split.kind, 'carved');
    assert.deepEqual(result.splits.test, { a: 10, b: 10 });
    assert.deepEqual(result.splits.val, { a: 7, b: 7 });
    for (const sample of (await openDataset(home, 'd')).samples()) {
      assert.equal(sample.split === 'test', sample.id.startsWith('data/Test/'));
    }
    for (const name of ['val', 'valid', 'Validation', 'dev', 'val_set']) {
      const all = {
        ...classes('training/', ['a', 'b'], 3),
        ...classes(`${name}/`, ['a', 'b'], 2, 50),
        ...classes('test/', ['a', 'b'], 1, 90),
      };
      const given = await importAs(home, await lay(join(folder, name), all), { name });
      assert.deepEqual([given.split.kind, given.splits.val], ['given', { a: 2, b: 2 }], name);
      assert.deepEqual(given.stamps, []);
    }
    const only = await importAs(home, await lay(join(folder, 'only'), classes('train/', ['a', 'b'], 20)), {
      name: 'only',
    });
    assert.equal(only.split.kind, 'made');
  }));

test('a given split that a copy crosses is stamped leaky and named; --resplit keeps the copies together', () =>
  withFolder(async (folder, home) => {
    const files = {
      ...classes('train/', ['a', 'b'], 10),
      ...classes('test/', ['a', 'b'], 4, 100),
      'test/a/copy.png': 3,
    };
    const source = await lay(join(folder, 'src'), files);
    const leaky = await importAs(home, source);
    assert.deepEqual(leaky.stamps, ['leaky']);
    assert.equal(leaky.duplicates, 1);
    assert.deepEqual(leaky.leaks, { groups: 0, exact: 1, near: 0, exposed: { val: 0, test: 1 } });
    const clean = await importAs(home, source, { resplit: true });
    assert.deepEqual(clean.stamps, []);
    const splits = (await openDataset(home, 'd')).samples().filter((s) => /copy|train\/a\/3\.png/.test(s.id));
    assert.equal(new Set(splits.map((s) => s.split)).size, 1);
  }));

test('every kind of image is read: formats, depths, orientation, palette, alpha, CMYK', () =>
  withFolder(async (folder, home) => {
    const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
    const base = () => sharp({ create: { width: 12, height: 8, channels: 3, background: 'red', noise } });
    const bmp = Buffer.alloc(54 + 36 * 8);
    bmp.write('BM');
    for (const [at, value] of [
      [2, bmp.length],
      [10, 54],
      [14, 40],
      [18, 12],
      [22, 8],
    ] as const)
      bmp.writeUInt32LE(value, at);
    bmp.writeUInt16LE(1, 26);
    bmp.writeUInt16LE(24, 28);
    const files: Record<string, Uint8Array> = {
      'a/plain.jpg': await base().jpeg().toBuffer(),
      'a/turned.jpeg': await base().jpeg().withMetadata({ orientation: 6 }).toBuffer(),
      'a/palette.png': await base().png({ palette: true }).toBuffer(),
      'a/alpha.png': await base().ensureAlpha(0.5).png().toBuffer(),
      'b/deep.png': await base().toColourspace('rgb16').png().toBuffer(),
      'b/deep.tiff': await base().toColourspace('grey16').tiff().toBuffer(),
      'b/cmyk.jpg': await base().toColourspace('cmyk').jpeg().toBuffer(),
      'b/lossy.webp': await base().webp().toBuffer(),
      'b/windows.bmp': bmp,
      'b/really-a-jpeg.png': await base().jpeg({ quality: 40 }).toBuffer(),
    };
    const result = await importAs(home, await lay(join(folder, 'src'), files));
    assert.deepEqual(result.unreadable, []);
    assert.equal(result.samples, 10);
    const dataset = await openDataset(home, 'd');
    for (const sample of dataset.samples()) {
      const turned = sample.id === 'a/turned.jpeg';
      assert.deepEqual([sample.width, sample.height], turned ? [8, 12] : [12, 8], sample.id);
      const pixels = await (await openImage(dataset.path(sample))).decode();
      assert.deepEqual([pixels.width, pixels.height], [sample.width, sample.height]);
    }
    assert.match(dataset.samples().find((s) => s.id.includes('really'))!.uri, /\.jpg$/);
  }));

test('files that can not be used are listed by name with the reason, and left out', () =>
  withFolder(async (folder, home) => {
    const jpeg = await sharp({
      create: {
        width: 64,
        height: 64,
        channels: 3,
        background: 'red',
        noise: { type: 'gaussian', mean: 128, sigma: 30 },
      },
    })
      .jpeg()
      .toBuffer();
    const source = await lay(join(folder, 'src'), {
      ...classes('', ['a', 'b'], 4),
      'a/cut.jpg': jpeg.subarray(0, jpeg.length * 0.7),
      'a/cut.png': picture(5, 64).subarray(0, 900),
      'a/empty.png': '',
      'b/text.png': 'this is no picture',
      'b/vector.png': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      'b/notes.txt': 'x',
      'b/.hidden.png': 9,
      'masks/a.png': 77,
      'stray.png': 78,
    });
    await writeFile(
      Buffer.concat([Buffer.from(`${source}/a/caf`), Buffer.from([0xe9]), Buffer.from('.png')]),
      picture(33),
    );
    await symlink('/nowhere/at/all.png', join(source, 'b/dangling.png'));
    await symlink(source, join(source, 'b/loop'));
    const result = await importAs(home, source);
    assert.equal(result.samples, 8);
    const reasons = Object.fromEntries(result.unreadable.map((u) => [u.id, u.reason]));
    assert.deepEqual(Object.keys(reasons), [
      'a/cut.jpg',
      'a/cut.png',
      'a/empty.png',
      'b/dangling.png',
      'b/text.png',
      'b/vector.png',
    ]);
    assert.match(reasons['a/cut.jpg']!, /cut off before the end of its JPEG/);
    assert.match(reasons['a/empty.png']!, /empty/);
    assert.match(reasons['b/text.png']!, /no type that Osler knows/);
    assert.match(reasons['b/vector.png']!, /SVG/);
    const left = Object.fromEntries(result.leftOut.map((l) => [l.reason, l.examples]));
    assert.deepEqual(left, {
      'no image by its name (.txt)': ['b/notes.txt'],
      'its name is not valid UTF-8; rename it': ['a/caf\\xe9.png'],
      'a folder of masks': ['masks'],
      'outside the folders of a class': ['stray.png'],
      'a link that leads back to a folder above it': ['b/loop/'],
    });
  }));

test('sources that make no dataset are refused with a sentence, and leave nothing behind', () =>
  withFolder(async (folder, home) => {
    const at = (name: string) => join(folder, name);
    await lay(at('empty'), { 'readme.txt': 'x' });
    await lay(at('flat'), { '1.png': 1, '2.png': 2 });
    await lay(at('single'), classes('', ['benign'], 3));
    await lay(at('broken'), { 'a/1.png': 'x', 'b/1.png': 'y' });
    await lay(at('file'), { 'x.zip': 'PK' });
    await rejects(importAs(home, at('missing')), 'NOT_FOUND', /missing does not exist/);
    await rejects(importAs(home, at('empty')), 'DATA_INVALID', /holds no images/);
    await rejects(importAs(home, at('flat')), 'DATA_INVALID', /no classes.*--metadata/);
    await rejects(importAs(home, at('single')), 'DATA_INVALID', /only one class, "benign"/);
    await rejects(importAs(home, at('broken')), 'DATA_INVALID', /no images that can be used.*2 could not be read/);
    await rejects(importAs(home, at('file/x.zip')), 'DATA_INVALID', /Unpack it/);
    await rejects(importAs(home, at('single'), { name: '../x' }), 'USAGE', /can not|cannot/);
    assert.deepEqual(await readdir(join(home, 'datasets')), []);
    assert.equal((await importAs(home, at('single'), { minClasses: 1 })).samples, 3);
  }));

test('an import that is interrupted leaves the store as it was, and the next one goes on', () =>
  withFolder(async (folder, home) => {
    const source = await lay(join(folder, 'src'), classes('', ['a', 'b'], 60));
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) =>
      done >= 50 && stop.abort(new OslerError('INTERRUPTED', 'It was stopped.'));
    await rejects(
      importDataset(source, { name: 'd' }, { home, signal: stop.signal, onProgress }),
      'INTERRUPTED',
      /It was stopped\. No version of d was made.* Import it again: what was read already is not read again/,
    );
    assert.deepEqual(await listDatasets(home), []);
    assert.deepEqual(await readdir(join(home, 'datasets')), []);
    // What was read before says so, and is not said to be read.
    const notes: (string | undefined)[] = [];
    const again = ({ task, note }: Progress) => task === 'reading images' && notes.push(note);
    assert.equal((await importDataset(source, { name: 'd' }, { home, onProgress: again })).version, 1);
    assert.match(notes.at(-1)!, /^\d\d+ unchanged$/);
    await importDataset(source, { name: 'd' }, { home, onProgress: again });
    assert.equal(notes.at(-1), '120 unchanged');
  }));

test('--in-place keeps references; a manifest that was altered is refused', () =>
  withFolder(async (folder, home) => {
    const source = await lay(join(folder, 'src'), classes('', ['a', 'b'], 4));
    const result = await importAs(home, source, { inPlace: true });
    const dataset = await openDataset(home, 'd');
    for (const sample of dataset.samples()) assert.equal(dataset.path(sample), join(source, sample.id));
    await rejects(
      readFile(join(home, 'objects')).catch(() => Promise.reject(new OslerError('NOT_FOUND', 'none'))),
      'NOT_FOUND',
      /none/,
    );
    const path = join(home, 'datasets/d', String(result.version), 'manifest.jsonl');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"split":"test"', '"split":"train"'));
    await rejects(openDataset(home, 'd'), 'DATA_INVALID', /was changed after it was written/);
  }));

test('a dataset is split anew or into folds without its source; test never moves between folds', () =>
  withFolder(async (folder, home) => {
    const source = await lay(join(folder, 'src'), classes('', ['a', 'b'], 50));
    await importAs(home, source);
    const tests = new Set((await openDataset(home, 'd')).samples('test').map((s) => s.id));
    const seen: string[] = [];
    for (let fold = 0; fold < 5; fold++) {
      const { record } = await resplitDataset('d@1', { fold: { folds: 5, fold } }, { home });
      const dataset = await openDataset(home, `d@${record.version}`);
      assert.deepEqual(new Set(dataset.samples('test').map((s) => s.id)), tests);
      seen.push(...dataset.samples('val').map((s) => s.id));
    }
    assert.equal(seen.length, 100 - tests.size);
    assert.equal(new Set(seen).size, seen.length);
    // Importing after folds goes on from the split before them.
    const again = await importAs(home, source);
    assert.equal(again.digest, (await findRecord(home, 'd@1')).digest);
    await rejects(resplitDataset('d', { fold: { folds: 5, fold: 5 } }, { home }), 'USAGE', /no fold 5 of 5/);
    const { record } = await resplitDataset(
      'd@1',
      { fractions: { train: 0.5, val: 0.25, test: 0.25 }, seed: 3 },
      { home },
    );
    assert.deepEqual(record.splits.train, { a: 25, b: 25 });
  }));

test('near copies stay in one split, and under two labels they are left out; the switches change that', () =>
  withFolder(async (folder, home) => {
    const files: Record<string, Uint8Array> = {};
    for (let i = 0; i < 24; i++) files[`${i % 2 ? 'a' : 'b'}/${i}.png`] = await spotted(i).png().toBuffer();
    for (const i of [1, 3, 5]) files[`a/${i} again.jpg`] = await spotted(i).jpeg({ quality: 60 }).toBuffer();
    files['b/7 as b.jpg'] = await spotted(7).flop().jpeg({ quality: 80 }).toBuffer();
    const source = await lay(join(folder, 'src'), files);
    const result = await importAs(home, source);
    assert.deepEqual([result.duplicates, result.nearDuplicates, result.excluded], [0, 4, { labelConflict: 2 }]);
    assert.deepEqual([result.samples, result.leaks], [26, null]);
    const dataset = await openDataset(home, 'd');
    assert.deepEqual(dataset.excluded.map(({ id }) => id).sort(), ['a/7.png', 'b/7 as b.jpg']);
    assert.equal((await dataset.pairs()).length, 4);
    const whole = (samples: Sample[]) => {
      for (const i of [1, 3, 5]) {
        const [one, two] = samples.filter(({ id }) => id === `a/${i}.png` || id === `a/${i} again.jpg`);
        assert.deepEqual([unitOf(one!), one!.split], [unitOf(two!), two!.split]);
      }
    };
    whole(dataset.samples());
    // Without the source, and after the fingerprints were lost, the same is known.
    await resplitDataset('d', { seed: 9 }, { home });
    whole((await openDataset(home, 'd@2')).samples());
    await rm(join(home, 'cache'), { recursive: true });
    assert.equal((await importAs(home, source, { seed: 9 })).unchanged, true);

    const kept = await importAs(home, source, { name: 'kept', keepConflicts: true });
    assert.deepEqual([kept.samples, kept.excluded], [28, {}]);
    const apart = await importAs(home, source, { name: 'apart', noNear: true });
    assert.deepEqual([apart.samples, apart.nearDuplicates, apart.excluded], [28, 0, {}]);
  }));

test('a near copy across a given split is counted as a leak', () =>
  withFolder(async (folder, home) => {
    const files: Record<string, Uint8Array> = {};
    for (let i = 0; i < 12; i++) {
      files[`${i < 8 ? 'train' : 'test'}/${i % 2 ? 'a' : 'b'}/${i}.png`] = await spotted(i).png().toBuffer();
    }
    files['test/a/1.jpg'] = await spotted(1).jpeg({ quality: 60 }).toBuffer();
    const source = await lay(join(folder, 'src'), files);
    const leaky = await importAs(home, source);
    assert.deepEqual(leaky.leaks, { groups: 0, exact: 0, near: 1, exposed: { val: 0, test: 1 } });
    assert.deepEqual(leaky.stamps, ['leaky']);
  }));

test('dark 16 bit images are warned of: of 12 bit in a container of 16 hardly anything would be left', () =>
  withFolder(async (folder, home) => {
    const deep = (seed: number, shift: number) => {
      const data = Buffer.alloc(2 * 64);
      for (let i = 0; i < 64; i++) data.writeUInt16LE((((i * 997 + seed * 131) % 4096) << shift) & 0xffff, 2 * i);
      return encodePng({ width: 8, height: 8, channels: 1, bitDepth: 16, data });
    };
    const files = Object.fromEntries(
      ['a', 'b'].flatMap((name, k) => [1, 2, 3, 4].map((i) => [`${name}/${i}.png`, deep(10 * k + i, i === 1 ? 0 : 4)])),
    );
    const source = await lay(join(folder, 'src'), files);
    for (const unchanged of [false, true]) {
      const result = await importAs(home, source, { noNear: true });
      assert.equal(result.unchanged, unchanged);
      assert.equal(result.warnings.length, 1);
      assert.match(result.warnings[0]!, /^2 images of 16 bit .* nearly black.*: a\/1\.png, b\/1\.png/);
    }
    assert.deepEqual((await importAs(home, await lay(join(folder, 'x'), classes('', ['a', 'b'], 3)))).warnings, []);
  }));

test('what is left out is named in order, whatever order the file system gives', () =>
  withFolder(async (folder, home) => {
    const names = Array.from({ length: 14 }, (_, i) => `a/${String((i * 5) % 14).padStart(2, '0')}.txt`);
    const files = Object.fromEntries([...names, 'b/z.log', 'b/y.doc'].map((name) => [name, 'text']));
    const source = await lay(join(folder, 'src'), { ...classes('', ['a', 'b'], 3), ...files });
    const { leftOut } = await importAs(home, source);
    assert.deepEqual(
      leftOut.map(({ reason, count }) => `${count} ${reason}`),
      ['14 no image by its name (.txt)', '1 no image by its name (.doc)', '1 no image by its name (.log)'],
    );
    assert.deepEqual(leftOut[0]!.examples, names.toSorted().slice(0, 10));
  }));
