import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { picture } from '../data/testing.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'osler-outputs-'));
after(() => rmSync(work, { recursive: true }));

function osler(args: string[], home = join(work, 'home')): Promise<{ code: number; stderr: string }> {
  return new Promise((done) => {
    const env = { ...process.env, OSLER_HOME: home, NO_COLOR: '1' };
    execFile(process.execPath, [main, ...args], { env, cwd: work, timeout: 60_000 }, (error, _, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stderr }),
    );
  });
}

test('verbs look at where they are to write before they work: a file in the way is a sentence and 2', async () => {
  const file = join(work, 'file');
  writeFileSync(file, 'mine');
  const verbs = [
    ['evaluate', 'nobody', '--out', file],
    ['compare', 'nobody', 'noone', '--out', file],
    ['export', 'nobody', '--out', file],
    ['data', 'audit', 'nothing', '--out', file],
    ['store', 'backup', file],
  ];
  for (const args of verbs) {
    const { code, stderr } = await osler(args);
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, /file can't be written: it is a file, not a folder/, args.join(' '));
    assert.doesNotMatch(stderr, /\n\s+at /);
  }
});

test('an OSLER_HOME that is a file', async () => {
  const { code, stderr } = await osler(['runs', 'list'], join(work, 'file'));
  assert.equal(code, 2);
  assert.match(stderr, /OSLER_HOME is .*file, not a folder/);
});

test('a name of a file that is left out neither steers the terminal nor begins a line of its own', async () => {
  const images = join(work, 'images');
  for (const label of ['a', 'b']) {
    mkdirSync(join(images, label), { recursive: true });
    for (let i = 0; i < 3; i++) writeFileSync(join(images, label, `${i}.png`), picture(label.charCodeAt(0) + 7 * i));
  }
  writeFileSync(join(images, 'a', 'evil\u001b[31m\nerror all is lost.png'), 'no image');
  const { code, stderr } = await osler(['data', 'import', images, '--name', 'x']);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^warning unreadable a\/evil\ufffd\[31m\ufffderror all is lost\.png: it is of no type/m);
});
