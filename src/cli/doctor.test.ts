import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { makeHome } from '../store/home-folder.ts';
import { diagnose, howTo } from './doctor.ts';
import { probeLibTorch } from './doctor-probes.ts';

it('reports an empty machine without failing, and what to install', async () => {
  const report = await diagnose('/nowhere/home', {
    version: '1.2.3',
    libtorch: '/nowhere/libtorch',
    path: ['/nowhere/bin'],
  });
  assert.equal(report.ok, true);
  assert.equal(report.libtorch.found, false);
  assert.ok(report.libtorch.looked.every((place) => place.startsWith('/nowhere/libtorch')));
  assert.equal(report.compiler.path, null);
  assert.deepEqual(
    report.install.map((part) => part.what).filter((what) => what !== 'Chromium'),
    ['LibTorch', 'a C++17 compiler', 'CMake'],
  );
  assert.ok(report.machine.cpu.threads > 0);
  assert.ok(report.machine.memory.freeBytes <= report.machine.memory.totalBytes);
  assert.equal(report.machine.disk?.path, '/');
});

it('reads the version of the LibTorch that LIBTORCH names, in either place of the header', () => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-doctor-'));
  try {
    for (const [i, header] of ['include/torch/headeronly', 'include/torch/csrc/api/include/torch'].entries()) {
      const root = join(folder, String(i));
      mkdirSync(join(root, header), { recursive: true });
      const text = '#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 9\n#define TORCH_VERSION_PATCH 1\n';
      writeFileSync(join(root, header, 'version.h'), text);
      const found = probeLibTorch(root);
      assert.deepEqual([found.found, found.path, found.version], [true, root, '2.9.1']);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('names a way on every system', () => {
  assert.match(howTo('libtorch', 'apt-get', 'linux'), /apt-get install libtorch-dev/);
  assert.match(howTo('libtorch', 'brew', 'darwin'), /brew install pytorch/);
  assert.match(howTo('cmake', null, 'darwin'), /brew\.sh.*brew install cmake/);
  assert.match(howTo('libtorch', 'dnf', 'linux'), /LIBTORCH/);
  assert.match(howTo('compiler', null, 'linux'), /package manager/);
});

it('a new home is no other account’s business; one that is open to all is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-doctor-'));
  const before = process.umask(0o022);
  try {
    const home = join(folder, 'clinic', 'home');
    makeHome(home);
    assert.equal(statSync(home).mode & 0o777, 0o750);
    const asked = { version: '1', libtorch: undefined, path: [] };
    assert.equal((await diagnose(home, asked)).homeOpenToAll, false);
    chmodSync(home, 0o755);
    assert.equal((await diagnose(home, asked)).homeOpenToAll, true);
    makeHome(home);
    assert.equal(statSync(home).mode & 0o777, 0o755, 'what somebody decided stays');
  } finally {
    process.umask(before);
    rmSync(folder, { recursive: true });
  }
});
