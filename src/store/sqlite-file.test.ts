import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
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
  await using fresh = await openStore(home);
  const file = databasePath(home);
  const run = await store.runs.create(exampleRun());
  const batch = (step: number) => ({ metrics: [{ key: 'loss', value: 1, step, timestamp: 1 }] });
  await store.logs.write(run.id, batch(0));
  await store.ping();

  await rename(file, `${file}.away`);
  await assert.rejects(store.ping(), /is gone/);
  // Nothing is acknowledged that nobody could ever find.
  await assert.rejects(store.experiments.ensure('lost'), /is gone/);
  for (const one of [store, fresh]) await assert.rejects(one.logs.write(run.id, batch(1)), /is gone/);
  assert.equal(existsSync(file), false);
  // Reading too, a moment later: what is read is in no file.
  await sleep(150);
  await assert.rejects(store.runs.get(run.id), /is gone/);

  await copyFile(`${file}.away`, file);
  await assert.rejects(store.ping(), /another file lies in the place/);
  for (const one of [store, fresh]) await assert.rejects(one.logs.write(run.id, batch(2)), /another file lies/);
  await rm(file);
  await rename(`${file}.away`, file);
  await store.ping();
  assert.deepEqual(await store.runs.get(run.id), run);
  for (const [i, one] of [store, fresh].entries()) await one.logs.write(run.id, batch(3 + i));
  assert.deepEqual(
    (await store.logs.history(run.id, 'loss')).map(({ step }) => step),
    [0, 3, 4],
  );
});
