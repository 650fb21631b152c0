import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFileAtomic } from '../store/files.ts';
import { runConfigFile } from '../store/paths.ts';
import { openStore } from '../store/store.ts';
import { exampleRun } from '../store/testing.ts';
import { settleKilledRuns } from './settle.ts';

test('on a database of several homes, only the runs of this one are found killed', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'osler-killed-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  await using store = await openStore(home);
  const ours = await store.runs.create(exampleRun());
  await writeFileAtomic(runConfigFile(home, ours.id), 'training: {}\n');
  const theirs = await store.runs.create(exampleRun());
  // What is changed of it here, its name perhaps, makes a folder here.
  await store.runs.update(theirs.id, { name: 'renamed' });
  const statuses = async () => [(await store.runs.get(ours.id)).status, (await store.runs.get(theirs.id)).status];
  await settleKilledRuns({ ...store, engine: { kind: 'postgresql', where: 'elsewhere' } });
  assert.deepEqual(await statuses(), ['interrupted', 'running']);
  await settleKilledRuns(store);
  assert.deepEqual(await statuses(), ['interrupted', 'interrupted'], 'a file in the home is of no other home');
});
