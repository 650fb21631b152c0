import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../test/until.ts';
import { OslerError } from '../errors.ts';
import { WIDE } from './log-batch.ts';
import { databasePath } from './paths.ts';
import { openStore } from './store.ts';
import { exampleRun } from './testing.ts';

/** Of nobody: root may write everywhere. */
const NOBODY = 65_534;

/** Runs `work` as an account that may read the folder and no more. */
async function asReader<T>(folder: string, work: () => Promise<T>): Promise<T> {
  for (const name of readdirSync(folder)) if (name.startsWith('osler.db')) chmodSync(join(folder, name), 0o444);
  chmodSync(folder, 0o555);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid!(NOBODY);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid!(0);
    chmodSync(folder, 0o755);
  }
}

test('a copy that may only be read is read, says so when it is to be written, and is left as it is', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'osler-copy-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const run = exampleRun();
  const metrics = Array.from({ length: WIDE + 1 }, (_, i) => ({ key: `metric ${i}`, step: 1, value: i, timestamp: 1 }));
  {
    await using store = await openStore(home);
    await store.runs.create(run);
    for (const step of [1, 2]) await store.logs.write(run.id, { metrics: metrics.map((one) => ({ ...one, step })) });
    await store.trail.append({ who: 'anna', what: 'test.event', subject: 'x' });
  }
  const files = readdirSync(home);
  await asReader(home, async () => {
    await using store = await openStore(home);
    assert.deepEqual(await store.runs.list(), [run]);
    assert.equal((await store.trail.read()).length, 1);
    // Nothing of wide batches was left to be written by who reads them.
    assert.equal((await store.logs.history(run.id, 'metric 1')).length, 2);
    assert.equal((await store.search.load([run.id]))[0]!.metrics.find(({ key }) => key === 'metric 1')!.step, 2);
    for await (const { seq } of store.trail.rows()) assert.equal(seq, 1);
    await assert.rejects(
      store.experiments.ensure('x'),
      (error) => error instanceof OslerError && error.code === 'STORE_FAILED' && /may only be read/.test(error.message),
    );
  });
  assert.deepEqual(readdirSync(home), files);
  // Where somebody else does write to it meanwhile, what was read so far is not mixed with that.
  await asReader(home, async () => {
    await using store = await openStore(home);
    await store.runs.list();
    const soon = new Date(Date.now() + 60_000);
    process.seteuid!(process.getuid!());
    utimesSync(databasePath(home), soon, soon);
    await assert.rejects(
      until('the change is seen', () => store.runs.list().then(() => false)),
      /was changed by others/,
    );
  });
  // What others may be writing to at this moment is not whole as it lies there.
  writeFileSync(`${databasePath(home)}-wal`, 'x');
  await asReader(home, async () => {
    await assert.rejects(openStore(home), (error) => error instanceof OslerError && error.code === 'STORE_FAILED');
  });
});
