/** What `osler test` says of a run, by node's test runner in a process of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const TESTS = `
import assert from 'node:assert';
import { describe, test } from 'node:test';
describe('a suite', () => {
  test('passes', () => {});
  test('fails', () => assert.equal(1, 2));
  test('is skipped', { skip: 'no GPU' }, () => {});
  test('is to be done', { todo: true }, () => assert.fail());
});`;

describe("the test runner's reporters", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'osler-reporters-'));
    writeFileSync(join(folder, 'some.test.mjs'), TESTS);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  // An environment of its own: without, the runner takes itself for a test of this one.
  const run = (reporter: string, pattern: string) =>
    spawnSync(
      process.execPath,
      [
        '--test',
        `--test-reporter=${fileURLToPath(new URL(`${reporter}.ts`, import.meta.url))}`,
        '--test-reporter-destination=stdout',
        pattern,
      ],
      { cwd: folder, env: {}, encoding: 'utf8' },
    );

  test('one document: counts, and each failure once, with file, line and message', () => {
    const { status, stdout } = run('document', 'some.test.mjs');
    const { seconds, ...rest } = JSON.parse(stdout);
    assert.equal(status, 1);
    assert.ok(seconds > 0);
    assert.deepEqual(rest, {
      tests: 4,
      passed: 1,
      failed: 1,
      skipped: 1,
      todo: 1,
      cancelled: 0,
      failures: [{ test: 'fails', file: 'some.test.mjs', line: 6, message: '1 == 2' }],
    });
  });

  test('a run without a test is wrong usage, in both', () => {
    const asJson = run('document', 'nix*.test.mjs');
    assert.equal(asJson.status, 2);
    assert.equal(JSON.parse(asJson.stdout).error.code, 'USAGE');
    const plain = run('none', 'nix*.test.mjs');
    assert.equal(plain.status, 2);
    assert.match(plain.stdout, /No test was run/);
    assert.equal(run('none', 'some.test.mjs').stdout, '');
  });
});
