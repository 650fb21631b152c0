/** Keys that are not what the trail tells: who puts one into the table, or widens one, is found. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { createKey, revokeKey, rotateKey } from '../security/keys.ts';
import { databasePath } from '../store/paths.ts';
import { openStore } from '../store/store.ts';
import { person } from './testing.ts';
import { verifyTrail } from './verify.ts';

let root: string;
let count = 0;
const ids: string[] = [];

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'osler-verify-keys-'));
  await using store = await openStore(join(root, 'good'));
  const expiresAt = Date.now() + 1e9;
  for (const roles of [['viewer'], ['clinician'], ['engineer']])
    ids.push((await createKey(store, person('ann'), { name: roles[0]!, roles, expiresAt })).key.id);
  await rotateKey(store, person('ann'), ids[1]!, { graceMs: 1_000 });
  await revokeKey(store, person('ben'), ids[2]!, 'gone');
});
after(() => rm(root, { recursive: true, force: true }));

/** What verification finds after an intruder has done `sql`. */
async function faultsOf(sql: string): Promise<string[]> {
  const home = join(root, String(count++));
  await cp(join(root, 'good'), home, { recursive: true });
  const database = new DatabaseSync(databasePath(home));
  database.exec(sql);
  database.close();
  await using store = await openStore(home);
  return (await verifyTrail(store, { files: false })).faults.map(({ words }) => words);
}

test('each change of the table of keys is named', async () => {
  assert.deepEqual(await faultsOf('select 1'), []);
  const [viewer, clinician, engineer] = ids.map((id) => `id = '${id}'`);
  const columns = 'name, hash, roles, scope, created_at, created_by, expires_at, revoked_at, replaced_by, used_at';
  const attacks: [string, RegExp][] = [
    [
      `insert into api_keys (id, ${columns}) select 'aaaaaaaaaa', ${columns} from api_keys where ${viewer}`,
      /^API key aaaaaaaaaa is in the store; the trail does not know it/,
    ],
    [`update api_keys set hash = '${'ab'.repeat(32)}' where ${viewer}`, /^the secret of API key \w+ was exchanged/],
    [
      `update api_keys set roles = '["admin"]' where ${viewer}`,
      /^"roles" of .* is \["admin"\]; the trail says \["viewer"\]$/,
    ],
    [`update api_keys set expires_at = null where ${viewer}`, /^"expires" of .* is nothing; the trail says 20/],
    [`update api_keys set expires_at = expires_at + 999999 where ${clinician}`, /^"expires" of/],
    [`update api_keys set revoked_at = null where ${engineer}`, /^"revoked" of .* is no; the trail says yes$/],
    [`update api_keys set name = 'ann' where ${viewer}`, /^"name" of .* is ann; the trail says viewer$/],
    [`delete from api_keys where ${viewer}`, /^API key \w+ is missing from the store/],
  ];
  for (const [sql, words] of attacks) {
    const faults = await faultsOf(sql);
    assert.equal(faults.length, 1, `${sql}: ${faults.join('; ')}`);
    assert.match(faults[0]!, words);
  }
  assert.deepEqual(await faultsOf(`update api_keys set used_at = 1 where ${viewer}`), [], 'use is told by nobody');
});
