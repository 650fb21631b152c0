import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { databasePath } from './paths.ts';
import { openStore } from './store.ts';
import { exampleRun } from './testing.ts';

const home = await mkdtemp(join(tmpdir(), 'osler-file-'));
after(() => rm(home, { recursive: true, force: true }));

test('a database whose file is gone takes nothing, until it is back; another one in its place is not taken for it', async () => {
  await using store = await openStore(home);
  const file = databasePath(home);
  const run = await store.runs.create(exampleRun());
  await store.ping();

  await rename(file, `${file}.away`);
  await assert.rejects(store.ping(), /is gone/);
  // Nothing is acknowledged that nobody could ever find.
  await assert.rejects(store.experiments.ensure('lost'), /is gone/);
  // Reading too, a moment later: what is read is in no file.
  await sleep(150);
  await assert.rejects(store.runs.get(run.id), /is gone/);

  await copyFile(`${file}.away`, file);
  await assert.rejects(store.ping(), /another file lies in the place/);
  await rm(file);
  await rename(`${file}.away`, file);
  await store.ping();
  assert.deepEqual(await store.runs.get(run.id), run);
});
