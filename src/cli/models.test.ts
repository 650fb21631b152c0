import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { osler, oslerJson } from '../../test/command.ts';
import { testBundle } from '../registry/testing.ts';

let home: string;
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-models-'));
});
after(() => rm(home, { recursive: true, force: true }));

const as = (user: string) => ({ env: { OSLER_USER: user } });

test('a bundle is registered, refused, approved, made live; the trail tells it and holds', async () => {
  const { dir } = await testBundle(home, 1);
  const registered = await oslerJson<{ version: number; status: string }>(
    home,
    ['models', 'register', dir, '--name', 'skin'],
    as('tina'),
  );
  assert.deepEqual([registered.version, registered.status], [1, 'pending']);
  const own = await osler(home, ['models', 'approve', 'skin@1', '--reason', 'mine', '--json'], as('tina'));
  assert.equal(own.code, 2);
  assert.equal(JSON.parse(own.stdout).error.code, 'NOT_APPROVED');
  const approved = await oslerJson<{ status: string; evidence: { checks: { passed: boolean }[] } }>(
    home,
    ['models', 'approve', 'skin@1', '--reason', 'read it'],
    as('ann'),
  );
  assert.equal(approved.status, 'approved');
  assert.ok(approved.evidence.checks.every(({ passed }) => passed));
  await oslerJson(home, ['models', 'alias', 'skin@1', 'champion'], as('ann'));
  const { live } = await oslerJson<{ live: { version: number; approvals: { who: string }[] }[] }>(home, [
    'models',
    'live',
  ]);
  assert.deepEqual(
    live.map(({ version, approvals }) => [version, approvals.map(({ who }) => who)]),
    [[1, ['ann']]],
  );
  const verified = await oslerJson<{ ok: boolean; events: number }>(home, ['audit', 'verify']);
  assert.deepEqual([verified.ok, verified.events], [true, 5]);
});

test('a moment without a zone, and a version that is not there, are told as such', async () => {
  const vague = await osler(home, ['models', 'live', '--at', '2026-03-01T12:00']);
  assert.equal(vague.code, 2);
  assert.match(vague.stderr, /no moment.*\n.*zone/);
  const missing = await osler(home, ['models', 'show', 'skin@7']);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /has no version 7/);
});
