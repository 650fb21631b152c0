import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { databasePath } from '../store/paths.ts';
import { openStore } from '../store/store.ts';
import { person } from './testing.ts';
import { verifyTrail } from './verify.ts';

let root: string;
let count = 0;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'osler-verify-deployments-'));
  await using store = await openStore(join(root, 'good'));
  const spec = (version: number) => ({ live: [{ model: 'skin', version, note: 'é', weight: 1 }] });
  for (const version of [1, 2]) {
    await store.deployments.create(person('ann'), 'derma', { what: 'deployment.create', spec: spec(version) });
    await store.deployments.change(person('ben'), 'derma', { what: 'canary.start', why: 'try', spec: spec(3) });
    await store.deployments.change(person('ann'), 'derma', { what: 'deployment.rollback', spec: spec(version) });
    if (version === 1) await store.deployments.delete(person('ann'), 'derma', 'over');
  }
});
after(() => rm(root, { recursive: true, force: true }));

/** What verification finds after an intruder has done `sql`. */
async function faultsOf(sql: string): Promise<string[]> {
  const home = join(root, String(count++));
  await cp(join(root, 'good'), home, { recursive: true });
  const database = new DatabaseSync(databasePath(home));
  const triggers = database
    .prepare("select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'deployment_revisions'")
    .all() as { name: string; sql: string }[];
  database.exec('pragma foreign_keys = off');
  for (const { name } of triggers) database.exec(`drop trigger ${name}`);
  database.exec(sql);
  for (const one of triggers) database.exec(one.sql);
  database.close();
  await using store = await openStore(home);
  return (await verifyTrail(store, { files: false })).faults.map(({ words }) => words);
}

test('deployments that are not what the trail tells: what was altered is named', async () => {
  assert.deepEqual(await faultsOf('select 1'), []);
  const second = 'deployment_id = 2 and number = 2';
  const attacks: [string, RegExp][] = [
    [
      `update deployment_revisions set spec = replace(spec, '"version":3', '"version":9') where ${second}`,
      /^what revision 2 of deployment derma serves was altered: it is not what the trail says$/,
    ],
    [`update deployment_revisions set who = 'eve' where ${second}`, /^"who" of revision 2 of .* is eve; .* says ben$/],
    [`update deployment_revisions set why = null where ${second}`, /^"why" of .* is nothing; the trail says try$/],
    [`update deployment_revisions set what = 'x' where ${second}`, /^"what" of .* is x; .* canary\.start$/],
    [`update deployment_revisions set at = 5 where ${second}`, /^"at" of .* is 5; /],
    [
      "update deployments set salt = 'x' where id = 2",
      /^the salt of deployment derma was altered: its keys go to other variants than they did$/,
    ],
    [`delete from deployment_revisions where ${second}`, /^revision 2 of deployment derma is missing; /],
    [
      `insert into deployment_revisions select deployment_id, 4, at, who, what, why, spec from deployment_revisions where ${second}`,
      /^revision 4 of deployment derma is in the store; the trail does not know it$/,
    ],
    ['update deployments set revision = 2 where id = 2', /^the revision in force of .* derma is 2; the trail says 3$/],
    ['update deployments set deleted_at = 7 where id = 2', /^the end of deployment derma is 7; .* says nothing$/],
    ['delete from deployments where id = 2', /^deployment derma is missing from the store; the trail knows it$/],
  ];
  for (const [sql, words] of attacks) {
    const faults = await faultsOf(sql);
    assert.equal(faults.length, 1, `${sql}: ${faults}`);
    assert.match(faults[0]!, words);
  }
  const renamed = await faultsOf("update deployments set name = 'other' where id = 2");
  assert.deepEqual(renamed.map((words) => words.split(';')[0]).sort(), [
    'deployment derma is missing from the store',
    'deployment other is in the store',
  ]);
});

test('a trigger that was taken away is a finding', async () => {
  const faults = await faultsOf('drop trigger events_delete; drop trigger model_versions_update');
  assert.deepEqual(
    faults.map((words) => words.split(':')[0]),
    ['nothing keeps the rows of events from delete', 'nothing keeps the rows of model_versions from update'],
  );
});
