import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { OslerError } from '../errors.ts';
import { checkHome, outputFolder } from './output.ts';

describe('a folder that is to be written', () => {
  const work = mkdtempSync(join(tmpdir(), 'osler-output-'));
  after(() => rmSync(work, { recursive: true }));
  writeFileSync(join(work, 'file'), '');
  mkdirSync(join(work, 'there'));
  symlinkSync(join(work, 'loop'), join(work, 'loop'));

  test('is tried out, and nothing of that stays', async () => {
    assert.equal(await outputFolder(join(work, 'a', 'b', 'c'), '--out'), join(work, 'a', 'b', 'c'));
    assert.ok(!existsSync(join(work, 'a')));
    await outputFolder(join(work, 'there'), '--out');
    assert.deepEqual(readdirSync(join(work, 'there')), []);
  });

  test('that cannot be is refused in a sentence, at once', async () => {
    const wrong: [string, RegExp][] = [
      [join(work, 'file'), /^--out \S+file can't be written: it is a file, not a folder\.$/],
      [join(work, 'file', 'below', 'it'), /file is a file, not a folder/],
      [join(work, 'x'.repeat(300)), /its name is too long/],
      [join(work, 'loop'), /lead in a circle/],
      ['', /--out "" can't be written: it has no name/],
      ...(process.platform === 'linux'
        ? ([['/proc/osler/x', /no folder can be made there/]] as [string, RegExp][])
        : []),
    ];
    for (const [path, words] of wrong) {
      await assert.rejects(outputFolder(path, '--out'), (error) => {
        assert.ok(error instanceof OslerError, String(error));
        assert.equal(error.exitCode, 2);
        assert.match(error.message, words);
        return true;
      });
    }
  });

  test('OSLER_HOME may not be a file, nor below one; it may be absent', () => {
    assert.throws(() => checkHome(join(work, 'file', 'home')), /OSLER_HOME is .*home, but .*file is a file/);
    checkHome(join(work, 'not', 'yet'));
    assert.ok(!existsSync(join(work, 'not')));
    if (process.platform === 'linux') assert.throws(() => checkHome('/proc/osler/home'), /no folder can be made there/);
  });
});
