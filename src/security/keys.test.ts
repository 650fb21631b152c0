import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { OslerError } from '../errors.ts';
import { openStore, type Store } from '../store/store.ts';
import { Authenticator, type Credentials } from './authenticator.ts';
import { isLoopback, withoutPort } from './binding.ts';
import { isSecretOf, newKeyText, parseKeyText } from './key-text.ts';
import { createKey, findKey, permissionsOfKey, revokeKey, rotateKey, stateOf } from './keys.ts';
import { permissionsOf, ROLES, rolesWith } from './permission.ts';
import { beginIdentitySession, beginKeySession, endSession } from './sessions.ts';

const actor = { who: 'ada', via: 'test' };
const bearer = (text: string): Credentials => ({ kind: 'bearer', text });
const refused = (promise: Promise<unknown>, words: RegExp, code = 'UNAUTHENTICATED') =>
  assert.rejects(promise, (error) => error instanceof OslerError && error.code === code && words.test(error.message));

let home: string;
let store: Store;

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-keys-'));
  store = await openStore(home);
});
after(async () => {
  await store.close();
  rmSync(home, { recursive: true, force: true });
});

test('roles: who reads decides nothing, who made a model does not approve it', () => {
  assert.deepEqual(Object.fromEntries(ROLES.map((role) => [role, permissionsOf([role]).join(' ')])), {
    viewer: 'public read',
    clinician: 'public read predict',
    engineer: 'public read predict write',
    approver: 'public read predict decide',
    admin: 'public read predict write decide manage',
  });
  assert.deepEqual(permissionsOf(['engineer', 'approver']), ['public', 'read', 'predict', 'write', 'decide']);
  assert.deepEqual(permissionsOf([]), ['public']);
  assert.deepEqual([rolesWith('decide'), rolesWith('manage')], [['approver', 'admin'], ['admin']]);
});

test("a key's text: its id finds it, its secret is random and compared whole", () => {
  const made = new Set<string>();
  for (let n = 0; n < 200; n++) {
    const { text, id, secret, hash } = newKeyText();
    assert.deepEqual(parseKeyText(text), { id, secret });
    assert.ok(isSecretOf(secret, hash) && !isSecretOf(`${secret.slice(0, -1)}!`, hash) && !isSecretOf('', hash));
    made.add(id).add(secret);
  }
  assert.equal(made.size, 400);
  for (const text of [
    '',
    'osler_',
    'osler_abc_def',
    `${newKeyText().text} `,
    `${newKeyText().text}x`,
    newKeyText().text.toUpperCase(),
  ])
    assert.equal(parseKeyText(text), null, text);
});

test('a key is shown once; nothing of its secret lies in the home', async () => {
  const { key, text } = await createKey(store, actor, {
    name: ' Dr. Ada ',
    roles: ['clinician', 'clinician'],
    expiresAt: null,
  });
  assert.deepEqual([key.name, key.roles, key.createdBy, stateOf(key)], ['Dr. Ada', ['clinician'], 'ada', 'valid']);
  assert.equal((await findKey(store, text)).id, key.id, 'also by its text');
  const { secret } = parseKeyText(text)!;
  for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    assert.ok(!bytes.includes(secret), entry.name);
  }
});

test('a key that can not be is refused', async () => {
  const wrong = (fields: object, words: RegExp) =>
    refused(createKey(store, actor, { name: 'x', roles: ['viewer'], expiresAt: null, ...fields }), words, 'USAGE');
  await wrong({ name: '  ' }, /name/);
  await wrong({ name: 'a\nb' }, /name/);
  await wrong({ name: 'x'.repeat(201) }, /name/);
  await wrong({ roles: [] }, /needs a role/);
  await wrong({ roles: ['viewer', 'root'] }, /no role "root"/);
  await wrong({ roles: ['viewer'], only: ['predict'] }, /No role of this key allows "predict"/);
  await wrong({ only: ['public'] }, /no permission "public"/);
  await wrong({ expiresAt: Date.now() - 1 }, /before it begins/);
  await wrong({ expiresAt: Number.NaN }, /before it begins/);
});

test('a scope narrows roles, and never widens them', async () => {
  const { key } = await createKey(store, actor, { name: 'x', roles: ['admin'], only: ['predict'], expiresAt: null });
  assert.deepEqual(permissionsOfKey(key), ['public', 'predict']);
  assert.deepEqual(
    permissionsOfKey({ roles: ['viewer', 'of-a-newer-osler'], scope: { only: ['manage'], deployments: null } }),
    ['public'],
  );
});

test('a rotated key works on for its grace, then only the new one', async () => {
  let now = Date.now();
  const day = 86_400_000;
  const authenticator = new Authenticator({ access: store.access, now: () => now });
  const old = await createKey(store, actor, { name: 'gateway', roles: ['clinician'], expiresAt: now + 90 * day });
  const fresh = await rotateKey(store, actor, old.key.id, { graceMs: day });
  assert.deepEqual([fresh.key.name, fresh.key.roles], ['gateway', ['clinician']]);
  assert.ok(Math.abs(fresh.key.expiresAt! - now - 90 * day) < 5_000);
  for (const { text } of [old, fresh]) assert.equal((await authenticator.authenticate(bearer(text))).name, 'gateway');
  now += day + 5_000;
  await refused(authenticator.authenticate(bearer(old.text)), /has expired/);
  assert.equal((await authenticator.authenticate(bearer(fresh.text))).id, `key ${fresh.key.id}`);
  await refused(rotateKey(store, actor, old.key.id, { graceMs: 0 }), /replaced/, 'USAGE');
});

test('a revoked key is refused within three seconds, and who signed in with it is signed out', async () => {
  let now = Date.now();
  const authenticator = new Authenticator({ access: store.access, now: () => now });
  const { key, text } = await createKey(store, actor, { name: 'x', roles: ['viewer'], expiresAt: null });
  const session = await beginKeySession(store.access, key, 12);
  const cookie: Credentials = { kind: 'session', text: session.token };
  assert.deepEqual((await authenticator.authenticate(bearer(text))).how, 'key');
  const signedIn = await authenticator.authenticate(cookie);
  assert.deepEqual([signedIn.how, signedIn.id], ['session', `key ${key.id}`]);
  await refused(revokeKey(store, actor, key.id, ' '), /why/, 'USAGE');
  await revokeKey(store, actor, key.id, 'laptop stolen');
  now += 3_001;
  await refused(authenticator.authenticate(bearer(text)), /was revoked/);
  await refused(authenticator.authenticate(cookie), /signed out/);
});

test('an unknown key, a wrong secret and no key at all are told apart by nobody', async () => {
  const authenticator = new Authenticator({ access: store.access });
  const { key } = await createKey(store, actor, { name: 'x', roles: ['viewer'], expiresAt: null });
  const wrong = newKeyText();
  const said = new Set<string>();
  for (const text of [wrong.text, `osler_${key.id}_${wrong.secret}`, 'osler_short'])
    await assert.rejects(
      authenticator.authenticate(bearer(text)),
      (error: Error) => said.add(error.message) !== undefined,
    );
  assert.equal(said.size, 1);
  await refused(authenticator.authenticate(bearer('Bearer')), /no key of this server/);
  await refused(authenticator.authenticate({ kind: 'session', text: 'guessed' }), /signed out/);
});

test('a session ends by itself, at the latest with its key; one from a provider has the roles it came with', async () => {
  let now = Date.now();
  const authenticator = new Authenticator({ access: store.access, now: () => now });
  const { key } = await createKey(store, actor, { name: 'x', roles: ['viewer'], expiresAt: now + 60_000 });
  assert.equal((await beginKeySession(store.access, key, 12)).expiresAt, key.expiresAt);
  const identity = {
    name: 'ada@clinic.example',
    subject: 'u-1',
    roles: ['approver' as const],
    expiresAt: now + 60_000,
  };
  const session = await beginIdentitySession(store.access, identity, 1);
  const cookie: Credentials = { kind: 'session', text: session.token };
  const caller = await authenticator.authenticate(cookie);
  assert.deepEqual([caller.name, caller.permissions], ['ada@clinic.example', ['public', 'read', 'predict', 'decide']]);
  now += 3_601_000;
  await refused(authenticator.authenticate(cookie), /signed out/);
  await endSession(store.access, session.token);
});

test('while the store is away, who is known goes on, and nobody else is called a liar', async () => {
  let now = Date.now();
  const own = mkdtempSync(join(tmpdir(), 'osler-keys-'));
  const gone = await openStore(own);
  const troubles: unknown[] = [];
  const authenticator = new Authenticator({
    access: gone.access,
    now: () => now,
    onTrouble: (error) => troubles.push(error),
  });
  const known = await createKey(gone, actor, { name: 'x', roles: ['viewer'], expiresAt: now + 600_000 });
  const never = await createKey(gone, actor, { name: 'y', roles: ['viewer'], expiresAt: null });
  await authenticator.authenticate(bearer(known.text));
  await gone.close();
  rmSync(own, { recursive: true, force: true });
  now += 300_000;
  assert.equal((await authenticator.authenticate(bearer(known.text))).name, 'x');
  assert.ok(troubles.length > 0);
  await refused(authenticator.authenticate(bearer(never.text)), /can't say/, 'OVERLOADED');
  now += 301_000;
  assert.equal(authenticator.recent(bearer(known.text)), null, 'its own end counts, store or not');
  await refused(authenticator.authenticate(bearer(known.text)), /can't say/, 'OVERLOADED');
});

test('addresses: what is this machine alone', () => {
  for (const host of [
    '127.0.0.1',
    '127.1.2.3',
    '::1',
    '[::1]',
    'localhost',
    'LOCALHOST',
    'studio.localhost',
    '::ffff:127.0.0.1',
  ])
    assert.ok(isLoopback(host), host);
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.example',
    'localhost.example',
    '1270.0.0.1',
    '',
    '::ffff:10.0.0.1',
  ])
    assert.ok(!isLoopback(host), host);
  assert.deepEqual(['clinic.example:8443', '[::1]:5000', '[::1]', 'LOCALHOST.', '127.0.0.1'].map(withoutPort), [
    'clinic.example',
    '::1',
    '::1',
    'localhost',
    '127.0.0.1',
  ]);
});
