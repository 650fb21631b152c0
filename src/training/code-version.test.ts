import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { codeDiff, codeDifference, codeVersion } from './code-version.ts';

const folder = mkdtempSync(join(tmpdir(), 'osler-code-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const git = (at: string, ...args: string[]): string =>
  execFileSync('git', ['-C', at, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { encoding: 'utf8' }).trim();

test('the commit, and what was changed since, new files too: laid on the commit it is the code that ran', async () => {
  const root = join(folder, 'checkout');
  mkdirSync(join(root, 'src'), { recursive: true });
  assert.deepEqual(
    [await codeVersion('1.2.3', join(folder, 'none')), await codeDiff(join(folder, 'none'))],
    [{ version: '1.2.3', commit: null, dirty: false }, null],
  );
  git(folder, 'init', '-q', root);
  writeFileSync(join(root, 'src', 'net.ts'), 'export const depth = 18;\n');
  git(root, 'add', '.');
  git(root, 'commit', '-qm', 'first');
  const commit = git(root, 'rev-parse', 'HEAD');
  assert.deepEqual(await codeVersion('1.2.3', root), { version: '1.2.3', commit, dirty: false });
  assert.equal(await codeDiff(root), null);

  // Beside the code anything may lie: it decides nothing, and may be a patient's.
  writeFileSync(join(root, 'notes.txt'), 'Ada, born 1815');
  assert.equal((await codeVersion('1.2.3', root)).dirty, false);
  writeFileSync(join(root, 'src', 'loss.ts'), 'export const gamma = 2;\n');
  assert.equal((await codeVersion('1.2.3', root)).dirty, true);
  writeFileSync(join(root, 'src', 'net.ts'), 'export const depth = 34; // größer\n');
  const diff = (await codeDiff(root))!;
  assert.doesNotMatch(diff, /Ada/);
  const again = join(folder, 'again');
  git(folder, 'clone', '-q', root, again);
  writeFileSync(join(folder, 'code.diff'), diff);
  git(again, 'apply', join(folder, 'code.diff'));
  for (const file of ['net.ts', 'loss.ts'])
    assert.equal(readFileSync(join(again, 'src', file), 'utf8'), readFileSync(join(root, 'src', file), 'utf8'), file);
  assert.match((await codeDiff(root, 100))!, /^What was changed takes \d+ bytes, and is not kept\.\n$/);
});

test('code that may differ is named, the same commit without changes is not', () => {
  const then = { version: '1.2.3', commit: 'a'.repeat(40), dirty: false };
  assert.equal(codeDifference(then, { ...then }), null);
  assert.equal(
    codeDifference(then, { version: '1.3.0', commit: null, dirty: false }),
    'recorded by Osler 1.2.3 (aaaaaaaaaaaa), this is Osler 1.3.0',
  );
  assert.match(
    codeDifference(then, { ...then, dirty: true })!,
    /this is Osler 1\.2\.3 \(a{12}, changed and not committed\)$/,
  );
});
