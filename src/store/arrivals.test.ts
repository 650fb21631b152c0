import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { until } from '../../test/until.ts';
import { pack, unpack } from './arrivals.ts';
import { columnsOfMetrics, WIDE } from './log-batch.ts';
import { databasePath } from './paths.ts';
import { openStore, type Store } from './store.ts';

const homes: string[] = [];
after(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));
async function freshHome(): Promise<string> {
  homes.push(await mkdtemp(join(tmpdir(), 'osler-arrivals-')));
  return homes.at(-1)!;
}

const wide = (step: number) => ({
  metrics: Array.from({ length: WIDE + 1 }, (_, i) => ({ key: `metric ${i}`, step, value: i, timestamp: step })),
});
const start = (store: Store) => store.tracked.start({ experimentId: 0, name: 'wide', startedAt: 1 });

/** Batches that lie beside the metrics, metrics, runs that are behind, and the sum of their latest steps. */
function counts(home: string): unknown[] {
  const db = new DatabaseSync(databasePath(home));
  try {
    const row = db
      .prepare(`select (select count(*) from arrivals) as a, (select count(*) from metrics) as m,
        (select count(*) from unsettled) as u, (select sum(last_step) from series) as s`)
      .get();
    return Object.values(row!);
  } finally {
    db.close();
  }
}

test('what was packed is unpacked, sorted and once', () => {
  const metrics = [5, 2, 2, -1].map((step) => ({ key: 'a', step, value: Number.NaN, timestamp: 7, epoch: step }));
  const columns = columnsOfMetrics([...metrics, { key: 'b', step: 1, value: -Infinity, timestamp: 0 }]);
  const bytes = pack([9, 4], columns);
  // Bytes that begin anywhere.
  const odd = new Uint8Array(bytes.length + 3).subarray(3);
  odd.set(bytes);
  assert.deepEqual(unpack([bytes, odd]), [
    { series_id: 4, step: 1, time: 0, value: -Infinity, nan: 0, epoch: 0 },
    ...[-1, 2, 5].map((step) => ({ series_id: 9, step, time: 7, value: 0, nan: 1, epoch: step })),
  ]);
  assert.throws(() => unpack([bytes.subarray(1)]), { code: 'STORE_FAILED' });
});

test('wide batches are sorted in soon though nobody reads them, and when the store is closed', async () => {
  const home = await freshHome();
  {
    await using store = await openStore(home);
    const runs = [(await start(store)).id, (await start(store)).id];
    for (const id of runs) await store.logs.write(id, wide(1));
    assert.deepEqual(counts(home), [2, 0, 2, 2 * (WIDE + 1)]);
    await until('they are sorted in', async () => counts(home)[0] === 0);
    assert.deepEqual(counts(home), [0, 2 * (WIDE + 1), 0, 2 * (WIDE + 1)]);
    for (const id of runs) await store.logs.write(id, wide(2));
    assert.deepEqual(counts(home), [2, 2 * (WIDE + 1), 2, 2 * (WIDE + 1)]);
  }
  assert.deepEqual(counts(home), [0, 4 * (WIDE + 1), 0, 4 * (WIDE + 1)]);
});

test('what comes after wide batches is not among the metrics before they are', async () => {
  const home = await freshHome();
  await using store = await openStore(home);
  const { id } = await start(store);
  await store.logs.write(id, wide(1));
  await store.logs.write(id, { metrics: [{ key: 'metric 1', step: 2, value: 1, timestamp: 2 }] });
  assert.deepEqual(counts(home).slice(0, 2), [0, WIDE + 2]);
});

test('a writer killed in the midst of wide batches loses none that it acknowledged', async () => {
  const home = await freshHome();
  await using store = await openStore(home);
  const { id } = await start(store);
  const script = `
    import { openStore } from ${JSON.stringify(join(import.meta.dirname, 'store.ts'))};
    const store = await openStore(${JSON.stringify(home)});
    for (let step = 0; ; step++) {
      const metrics = Array.from({ length: 1000 }, (_, i) => ({ key: 'metric ' + i, step, value: i, timestamp: step }));
      await store.logs.write('${id}', { metrics });
      console.log(step);
    }`;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', script],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let last = -1;
  // Not at the end of a batch, and after several have been sorted in.
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (last === 75) setTimeout(() => child.kill('SIGKILL'), 3);
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  assert.ok(last >= 75);
  // As a server does that begins after one that was killed.
  await store.logs.settle();
  assert.deepEqual([counts(home)[0], counts(home)[2]], [0, 0]);
  for (const key of ['metric 0', 'metric 999']) {
    const steps = (await store.logs.history(id, key)).map(({ step }) => step);
    assert.deepEqual(
      steps,
      steps.map((_, i) => i),
    );
    assert.ok(steps.length > last, `${steps.length} of ${last + 1}`);
  }
  assert.deepEqual(await Array.fromAsync(store.check()), []);
});

test('a reader of what many runs left gives up the thread between them', async () => {
  await using store = await openStore(await freshHome());
  const turnsIn = async (work: Promise<unknown>) => {
    let [turns, working] = [0, true];
    const turn = () => {
      turns += 1;
      if (working) setImmediate(turn);
    };
    setImmediate(turn);
    await work;
    working = false;
    return turns;
  };
  const runs: string[] = [];
  for (let i = 0; i < 5; i++) runs.push((await start(store)).id);
  for (const id of runs) await store.logs.write(id, wide(1));
  assert.ok((await turnsIn(store.curves.sample({ runs, points: 9 }))) >= runs.length);
  for (const id of runs) await store.logs.write(id, wide(2));
  assert.ok((await turnsIn(store.search.load(runs))) >= runs.length);
});

test('a batch that is damaged, or of no series, is found by a check, and is no reading of half of it', async () => {
  const home = await freshHome();
  await using store = await openStore(home);
  const [one, two] = [(await start(store)).id, (await start(store)).id];
  const db = new DatabaseSync(databasePath(home));
  const put = db.prepare('insert into arrivals (run_id, rows) values (?, ?)');
  put.run(one, new Uint8Array(47));
  put.run(two, new Uint8Array(new Float64Array([77, 1, 1, 1, 0, 0]).buffer));
  db.close();
  // Its run does not keep others from being sorted in.
  await store.logs.write(one, wide(1));
  const good = (await start(store)).id;
  await store.logs.write(good, wide(1));
  await until('the good one is sorted in', async () => counts(home)[1] === WIDE + 1);
  const problems = (await Array.fromAsync(store.check())).sort();
  assert.equal(problems.length, 2);
  assert.ok(problems.some((text) => text.includes(one) && text.includes('47 bytes')));
  assert.ok(problems.some((text) => text.includes(two) && text.includes('series 77')));
  await assert.rejects(store.logs.history(one, 'a'), { code: 'STORE_FAILED' });
});
