import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { appendFile, chmod, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { databasePath, keysDir, registeredDir } from '../store/paths.ts';
import { openStore } from '../store/store.ts';
import { keyId, sealEvent, type TrailRow } from '../store/trail-event.ts';
import { setAlias } from './aliases.ts';
import { approve } from './decide.ts';
import { describeModel, setVersionTag } from './metadata.ts';
import { policyOf } from './policy.ts';
import { registerBundle } from './register.ts';
import { person, testBundle } from './testing.ts';
import { type VerifyOptions, verifyTrail } from './verify.ts';

let root: string;
let good: string;
let count = 0;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'osler-verify-'));
  good = join(root, 'good');
  await using store = await openStore(good);
  const policy = policyOf({});
  for (const seed of [1, 2]) {
    await registerBundle(store, person('tina'), {
      name: 'skin',
      bundle: await testBundle(good, seed),
      trainer: 'tina',
    });
    await approve(store, person('ann'), `skin@${seed}`, { reason: 'read it' }, { policy });
    await setAlias(store, person('ann'), `skin@${seed}`, 'champion', { reason: 'go' }, { policy });
  }
  await describeModel(store, person('ann'), 'skin', 'moles');
  await setVersionTag(store, person('ann'), { model: 'skin', version: 2 }, 'ward', 'A3');
});
after(() => rm(root, { recursive: true, force: true }));

const TABLES = ['events', 'model_versions', 'decisions'];

/** What verification finds after an intruder with every right on the database has done `sql`. */
async function after_(
  attack: { sql?: string; home?: (home: string) => Promise<void>; rows?: (db: DatabaseSync) => void },
  options: Partial<VerifyOptions> = {},
): Promise<string[]> {
  const home = join(root, String(count++));
  await cp(good, home, { recursive: true });
  await attack.home?.(home);
  const database = new DatabaseSync(databasePath(home));
  const named = TABLES.flatMap((table) => ['update', 'delete'].map((kind) => `${table}_${kind}`));
  const triggers = named.map((name) => {
    const { sql } = database.prepare('select sql from sqlite_master where name = ?').get(name) as { sql: string };
    database.exec(`drop trigger ${name}`);
    return sql;
  });
  database.exec('pragma foreign_keys = off');
  if (attack.sql !== undefined) database.exec(attack.sql);
  attack.rows?.(database);
  for (const sql of triggers) database.exec(sql);
  database.close();
  await using store = await openStore(home);
  return (await verifyTrail(store, { files: true, ...options })).faults.map(({ words }) => words);
}

test('a trail as it was written has no fault, and says its head', async () => {
  await using store = await openStore(good);
  const found = await verifyTrail(store, { files: true });
  assert.deepEqual(found.faults, []);
  assert.deepEqual([found.events, found.versions, found.bundles], [10, 2, 2]);
  const { seq, hash } = found.head!;
  assert.deepEqual((await verifyTrail(store, { files: false, noted: { seq, hash } })).faults, []);
  assert.deepEqual(await store.trail.witness(), { seq, hash });
});

test('every column of every event: its change is found, and the event named', async () => {
  const columns = [
    'at',
    'who',
    'via',
    'what',
    'subject',
    'why',
    'before',
    'after',
    'previous',
    'hash',
    'id',
    'signature',
  ];
  for (const column of columns) {
    for (const seq of column === 'who' ? [1, 4, 10] : [4]) {
      const faults = await after_({
        sql: `update events set ${column} = coalesce(${column}, '') || ' ' where seq = ${seq}`,
      });
      assert.ok(
        faults.some((words) => words.includes(`event ${seq} (`)),
        `${column} of ${seq}: ${faults}`,
      );
    }
  }
});

test('events that are missing, swapped, cut off at the end or added by hand', async () => {
  assert.match((await after_({ sql: 'delete from events where seq = 5' }))[0]!, /^event 5 is missing/);
  assert.match((await after_({ sql: 'delete from events where seq in (5, 6)' }))[0]!, /^events 5 to 6 are missing/);
  const swap =
    'update events set seq = 99 where seq = 3; update events set seq = 3 where seq = 4; update events set seq = 4 where seq = 99';
  assert.match((await after_({ sql: swap }))[0]!, /^event 3 .* was altered/);
  const cut = await after_({ sql: 'delete from events where seq > 8' });
  assert.match(cut[0]!, /ends after event 8, but this home noted event 10/);
  assert.ok(cut.some((words) => words.includes('description of model skin is moles; the trail says nothing')));
  const all = await after_({ sql: 'delete from events' });
  assert.ok(all.some((words) => words.includes('model skin is in the registry; the trail does not know it')));
  // Another home's note, where this home's own is lost.
  const noted = { seq: 10, hash: 'ab'.repeat(32) };
  const lost = await after_(
    { sql: 'delete from events where seq > 8', home: (home) => rm(join(home, 'audit'), { recursive: true }) },
    { noted },
  );
  assert.match(lost[0]!, /you noted event 10/);
});

test('a whole chain written anew, each hash right: the signatures tell', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const key = { privateKey, publicKey: spki, id: keyId(spki) };
  const forge = (db: DatabaseSync): void => {
    const rows = db.prepare('select * from events order by seq').all() as unknown as TrailRow[];
    let previous = '0'.repeat(64);
    for (const row of rows) {
      const { before, after, ...rest } = row;
      const parse = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
      const who = row.who === 'ann' ? 'eve' : row.who;
      const place = { seq: row.seq, id: row.id, at: row.at, previous };
      const next = sealEvent({ ...rest, who, before: parse(before), after: parse(after) }, place, key);
      db.prepare('update events set who = ?, previous = ?, hash = ?, key = ?, signature = ? where seq = ?').run(
        ...[next.who, next.previous, next.hash, next.key, next.signature, next.seq],
      );
      previous = next.hash;
    }
  };
  const faults = await after_({ rows: forge });
  assert.equal(faults.filter((words) => words.includes('which is not trusted here')).length, 10);
  const trusting = await after_({ rows: forge }, { trusted: [key.id] });
  assert.match(trusting[0]!, /^event 10 .* is not the event that this home noted: the trail was written anew/);
  const listed = await after_({
    rows: forge,
    home: (home) => writeFile(join(keysDir(home), 'trusted'), `# other machines\n${key.id} the ward's\n`),
  });
  assert.deepEqual(listed, trusting);
});

test('a registry that is not what the trail tells', async () => {
  const attacks: [string, RegExp][] = [
    ['update model_aliases set version = 1', /alias skin@champion is 1; the trail says 2/],
    ['delete from model_aliases', /alias skin@champion is nothing; the trail says 2/],
    ["insert into model_aliases values (1, 1, 'challenger')", /alias skin@challenger is 1; the trail says nothing/],
    [
      "update version_states set status = 'rejected' where version = 1",
      /status of skin@1 is rejected; the trail says approved/,
    ],
    ["update version_states set stage = 'Production' where version = 1", /stage of skin@1 is Production/],
    ["update registered_models set description = 'x'", /description of model skin is x; the trail says moles/],
    ["update registered_models set name = 'x'", /model x is in the registry; the trail does not know it/],
    ["update version_tags set value = 'x'", /tag ward of skin@2/],
    ['update version_states set deleted_at = 1 where version = 1', /skin@1 is missing from the registry/],
    ["update decisions set who = 'eve' where version = 1", /decision .* by eve\) or its evidence was altered/],
    ["update decisions set reason = 'x' where version = 1", /or its evidence was altered/],
    [
      "update decisions set evidence = replace(evidence, 'leak', 'lack') where version = 1",
      /or its evidence was altered/,
    ],
    ['delete from decisions where version = 1', /decision .* is missing; the trail tells of it/],
    [
      "update model_versions set record = replace(record, '0.85', '0.99') where version = 1",
      /registration of skin@1 was altered/,
    ],
    ["update model_versions set digest = 'x' where version = 1", /a column is not what its record says/],
  ];
  for (const [sql, words] of attacks) {
    const faults = await after_({ sql });
    assert.ok(
      faults.some((fault) => words.test(fault)),
      `${sql}: ${faults}`,
    );
  }
});

test('registered bundles whose files were changed or are gone', async () => {
  const change = async (home: string): Promise<void> => {
    const [digest] = await readdir(join(home, 'registry', 'bundles'));
    const file = join(registeredDir(home, digest!), 'model.onnx');
    await chmod(file, 0o644);
    await appendFile(file, 'x');
  };
  assert.match((await after_({ home: change }))[0]!, /the bundle of skin@\d: .*model\.onnx/);
  assert.deepEqual(await after_({ home: change }, { files: false }), []);
  const gone = await after_({ home: (home) => rm(join(home, 'registry', 'bundles'), { recursive: true }) });
  assert.match(gone[0]!, /the bundle of skin@1: is not in this home/);
});
