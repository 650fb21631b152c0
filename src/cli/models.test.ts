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

test('an alias that a model has not is not taken away', async () => {
  const never = await osler(home, ['models', 'alias', 'skin', 'champoin', '--delete', '--json']);
  assert.equal(never.code, 2);
  assert.match(JSON.parse(never.stdout).error.message, /^skin has no alias "champoin"\.$/);
  const taken = ['models', 'alias', 'skin', 'champion', '--delete'];
  assert.deepEqual([(await osler(home, taken)).code, (await osler(home, taken)).code], [0, 2]);
});

test('a moment without a zone, and a version that is not there, are told as such', async () => {
  const vague = await osler(home, ['models', 'live', '--at', '2026-03-01T12:00']);
  assert.equal(vague.code, 2);
  assert.match(vague.stderr, /no moment.*\n.*zone/);
  for (const [at, words] of [
    ['2026-02-30T12:00Z', /no moment/],
    ['2027-02-29T12:00Z', /no moment/],
    ['2999-01-01T12:00Z', /still to come/],
  ] as const) {
    const wrong = await osler(home, ['models', 'live', '--at', at]);
    assert.equal(wrong.code, 2, at);
    assert.match(wrong.stderr, words, at);
  }
  const leapDay = await osler(home, ['models', 'live', '--at', '2024-02-29T23:30-01:00', '--json']);
  assert.equal(JSON.parse(leapDay.stdout).at, '2024-03-01T00:30:00.000Z');
  const nobody = await osler(home, ['models', 'live', '--at', '2024-02-29T12:00Z', '--model', 'skn', '--json']);
  assert.equal(nobody.code, 2);
  assert.match(nobody.stdout, /There never was a registered model \\"skn\\"/);
  const before = await osler(home, ['models', 'live', '--at', '2024-02-29T12:00Z', '--model', 'skin', '--json']);
  assert.deepEqual([before.code, JSON.parse(before.stdout).live], [0, []]);
  const missing = await osler(home, ['models', 'show', 'skin@7']);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /has no version 7/);
});

test('a name that no model can have, and a parent that is not there, are refused before anything is exported', async () => {
  const name = await osler(home, ['models', 'register', 'nothing', '--name', '../x']);
  assert.equal(name.code, 2);
  assert.match(name.stderr, /"\.\.\/x" cannot be the name of a registered model/);
  const parent = await osler(home, ['models', 'register', 'nothing', '--name', 'skin', '--parent', 'skin@9']);
  assert.match(parent.stderr, /has no version 9/);
});
