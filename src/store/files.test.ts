import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';
import { replaceDirectory, settleDirectory, writeFileAtomic } from './files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'osler-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const fill = (text: string) => (target: string) => writeFile(join(target, 'a'), text);

it('writes a file as a whole, makes its folder and leaves nothing beside it', async () => {
  const path = join(folder, 'deep', 'run.json');
  await writeFileAtomic(path, 'one');
  await writeFileAtomic(path, new Uint8Array([116, 119, 111]));
  assert.equal(await readFile(path, 'utf8'), 'two');
  assert.deepEqual(await readdir(join(folder, 'deep')), ['run.json']);
});

it('cleans up when the rename fails', async () => {
  await mkdir(join(folder, 'taken', 'child'), { recursive: true });
  await assert.rejects(writeFileAtomic(join(folder, 'taken'), 'x'));
  assert.deepEqual(await readdir(folder), ['taken']);
});

it('replaces a folder only when the new one is whole', async () => {
  const target = join(folder, 'best');
  await replaceDirectory(target, fill('1'));
  await replaceDirectory(target, fill('2'));
  assert.equal(await readFile(join(target, 'a'), 'utf8'), '2');
  await assert.rejects(
    replaceDirectory(target, async (temporary) => {
      await fill('3')(temporary);
      throw new Error('stop');
    }),
  );
  assert.equal(await readFile(join(target, 'a'), 'utf8'), '2');
  assert.deepEqual(await readdir(folder), ['best']);
});

it('finishes a swap that a kill cut short, at either point', async () => {
  const target = join(folder, 'last');
  await replaceDirectory(target, fill('old'));
  await mkdir(join(folder, '.last.new'));
  await fill('new')(join(folder, '.last.new'));
  // Killed after the first rename: both stand.
  await settleDirectory(target);
  assert.equal(await readFile(join(target, 'a'), 'utf8'), 'new');
  // Killed between the two renames of the folders: the target is absent.
  await rename(target, join(folder, '.last.old'));
  await mkdir(join(folder, '.last.new'));
  await fill('newest')(join(folder, '.last.new'));
  await settleDirectory(target);
  assert.equal(await readFile(join(target, 'a'), 'utf8'), 'newest');
  assert.ok(!existsSync(join(folder, '.last.old')));
});
