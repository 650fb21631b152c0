import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findGroup, type GroupRecord, listGroups, memberName, writeGroup } from './groups.ts';
import { groupFile } from './paths.ts';

const home = mkdtempSync(join(tmpdir(), 'osler-groups-'));
after(() => rmSync(home, { recursive: true }));

function example(id: string, createdAt: string): GroupRecord {
  return {
    format: 'osler-group/1',
    id,
    name: 'skin',
    kind: 'seeds',
    createdAt,
    dataset: { name: 'd', version: 1, digest: 'ab' },
    config: {},
    members: [1, 2].map((seed) => ({ seed, fold: null, run: null, done: false })),
    chosen: null,
  };
}

test('groups are found by the beginning of their id, the newest by name; what is no id is no group', async () => {
  assert.equal(await findGroup(home, 'abcd'), null);
  await assert.rejects(findGroup(home, 'latest-group'), /no group of runs yet/);
  const [one, two] = [
    example('abcd'.repeat(8), '2026-01-01T00:00:00Z'),
    example('abce'.repeat(8), '2026-01-02T00:00:00Z'),
  ];
  await writeGroup(home, one);
  await writeGroup(home, two);
  assert.deepEqual(await listGroups(home), [two, one]);
  assert.deepEqual(await findGroup(home, 'abcda'), one);
  assert.deepEqual(await findGroup(home, 'latest-group'), two);
  assert.equal(await findGroup(home, 'latest'), null);
  await writeGroup(home, example(`abcd${'0'.repeat(28)}`, '2026-01-03T00:00:00Z'));
  await assert.rejects(findGroup(home, 'abcd'), /beginning of 2 group ids/);
  assert.equal(memberName(one, one.members[1]!), 'seed 2');
  writeFileSync(groupFile(home, one.id), '{}');
  await assert.rejects(findGroup(home, 'abcda'), /is not a group of runs/);
});
