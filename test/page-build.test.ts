/** `web/build.sh` in a bare folder with a stand-in for Vite: when it builds, and what it leaves when a build comes to nothing. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const VITE = `
const { mkdirSync, writeFileSync } = require('node:fs');
const out = process.argv.at(-1);
mkdirSync(out);
writeFileSync(out + '/index.html', process.env.PAGE);
process.exit(process.env.PAGE === 'broken' ? 1 : 0);
`;

test('the page is built when its sources change; a build that fails leaves the one that was there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-page-'));
  try {
    for (const name of ['web/src', 'web/public', 'node_modules/vite/bin', 'src/evaluation/metrics'])
      mkdirSync(join(folder, name), { recursive: true });
    copyFileSync(fileURLToPath(new URL('../web/build.sh', import.meta.url)), join(folder, 'web/build.sh'));
    writeFileSync(join(folder, 'node_modules/vite/bin/vite.js'), VITE);
    // With what the page takes from outside of its own folder.
    const outside = ['src/evaluation/metrics/words.ts', 'package-lock.json'];
    for (const name of ['web/src/a.ts', 'web/index.html', 'web/vite.config.ts', ...outside])
      writeFileSync(join(folder, name), name);
    const build = (page: string) => {
      const { status, stderr } = spawnSync('sh', [join(folder, 'web/build.sh')], {
        encoding: 'utf8',
        env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, PAGE: page },
      });
      return { status, stderr, page: readFileSync(join(folder, 'web/dist/index.html'), 'utf8') };
    };
    assert.deepEqual(build('first'), {
      status: 0,
      stderr: 'osler: building the page (vite build web) ... done\n',
      page: 'first',
    });
    assert.deepEqual(build('again'), { status: 0, stderr: '', page: 'first' });

    writeFileSync(join(folder, 'web/src/b.ts'), '');
    const failed = build('broken');
    assert.deepEqual([failed.status, failed.page], [1, 'first']);
    assert.match(failed.stderr, /failed\n.*the whole log is .*setup\.log/s);
    assert.equal(build('second').page, 'second');
    assert.deepEqual(readdirSync(join(folder, '.osler')), ['logs']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
