/** Images that are kept: encrypted, bound to what they are, removed in time. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { OslerError } from '../../errors.ts';
import { listUploads, purgeBefore, readUpload, uploadKeeper } from './keeper.ts';
import { keysFromText } from './provider.ts';
import { seal, unseal } from './sealed.ts';

const base64Key = (): string => randomBytes(32).toString('base64');
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const refused = (promise: Promise<unknown>, code: string) =>
  assert.rejects(promise, (error) => error instanceof OslerError && error.code === code);

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'osler-kept-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('what is sealed opens with its key; not one bit of it can change', async () => {
  const keys = keysFromText([base64Key()]);
  const content = randomBytes(5_000);
  const about = { image: sha(content), at: '2026-03-01T10:00:00.000Z' };
  const sealed = await seal(content, about, keys);
  assert.ok(!sealed.includes(content.subarray(0, 16)));
  assert.deepEqual(await unseal(sealed, keys), { content, ...about });
  for (const at of [0, 5, 12, 20, 60, 150, 250, 400, 2_500, sealed.length - 20, sealed.length - 1]) {
    const altered = Buffer.from(sealed);
    altered[at]! ^= 1;
    await assert.rejects(unseal(altered, keys), OslerError, `byte ${at}`);
  }
  for (const length of [0, 3, 14, 100, sealed.length - 1])
    await refused(unseal(sealed.subarray(0, length), keys), 'DATA_INVALID');
  await refused(unseal(sealed, keysFromText([base64Key()])), 'KEY_MISSING');
  const again = await seal(content, about, keys);
  assert.notDeepEqual(again, sealed, 'a key and a nonce of its own each time');
});

test('a new master key takes over; what the old one keeps opens while it is named', async () => {
  const [old, fresh] = [base64Key(), base64Key()];
  const content = Buffer.from('x');
  const about = { image: sha(content), at: '2026-03-01T10:00:00.000Z' };
  const before = await seal(content, about, keysFromText([old]));
  const both = keysFromText([fresh, old]);
  assert.deepEqual((await unseal(before, both)).content, content);
  await refused(unseal(await seal(content, about, both), keysFromText([old])), 'KEY_MISSING');
  for (const bad of [[], ['short'], [`${old}!`], [randomBytes(16).toString('base64')]])
    assert.throws(() => keysFromText(bad), OslerError);
});

test('images are kept under their hash by day, read back, listed, and removed after their days', async () => {
  const keys = keysFromText([base64Key()]);
  const faults: unknown[] = [];
  const keeper = uploadKeeper(folder, { days: 30, keys, onFault: (error) => faults.push(error) });
  const image = randomBytes(3_000);
  await Promise.all([keeper.keep(image), keeper.keep(image), keeper.keep(randomBytes(10))]);
  const kept = await listUploads(folder);
  const today = new Date().toISOString().slice(0, 10);
  assert.deepEqual([kept.length, new Set(kept.map(({ day }) => day))], [2, new Set([today])]);
  assert.deepEqual(await readUpload(folder, sha(image), keys), image);
  await refused(readUpload(folder, 'ab'.repeat(32), keys), 'NOT_FOUND');

  const longAgo = new Date(Date.now() - 40 * 86_400_000).toISOString().slice(0, 10);
  mkdirSync(join(folder, longAgo));
  writeFileSync(join(folder, longAgo, `${'cd'.repeat(32)}.sealed`), 'x');
  mkdirSync(join(folder, 'of-somebody-else'));
  assert.equal(await keeper.purge(), 1);
  assert.deepEqual(readdirSync(folder).sort(), [today, 'of-somebody-else'].sort());

  // One image put in another's place.
  const path = (name: string) => join(folder, today, `${name}.sealed`);
  writeFileSync(path('ef'.repeat(32)), readFileSync(path(sha(image))));
  await refused(readUpload(folder, 'ef'.repeat(32), keys), 'DATA_INVALID');
  // Removed by somebody else, and sent again on the same day.
  assert.equal(await purgeBefore(folder, Infinity), 3);
  await keeper.keep(image);
  assert.deepEqual(
    (await listUploads(folder)).map((one) => one.image),
    [sha(image)],
  );
  assert.deepEqual(faults, []);
  keeper.close();
});

test('a disk that takes nothing costs the answer nothing', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const faults: unknown[] = [];
  const keeper = uploadKeeper(join(file, 'below'), {
    days: 1,
    keys: keysFromText([base64Key()]),
    onFault: (e) => faults.push(e),
  });
  await keeper.keep(randomBytes(10));
  assert.ok(faults.length > 0);
  keeper.close();
});
