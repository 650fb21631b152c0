import assert from 'node:assert/strict';
import fs, { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../../test/until.ts';
import type { PredictionEntry } from '../../store/deployments/types.ts';
import { PredictionLog } from './log.ts';
import { PredictionSpool } from './spool.ts';

const home = await mkdtemp(join(tmpdir(), 'osler-log-'));
after(() => rm(home, { recursive: true }));

const entry = (id: string): PredictionEntry => ({
  ...{ id, variant: 'skin@1', role: 'live', deploymentId: 1, revision: 1, model: 'skin', version: 1, digest: 'd' },
  ...{ at: 1, key: null, image: null, outcome: 'ok', answer: { label: 'benign' }, milliseconds: 3 },
});

/** A store that is there or not. */
function store() {
  const state = { away: false, ids: [] as string[] };
  const write = async (entries: readonly PredictionEntry[]): Promise<void> => {
    if (state.away) throw new Error('away');
    state.ids.push(...entries.map(({ id }) => id));
  };
  return { state, write };
}

test('while the store is away entries lie beside it, and come in once it is back', async () => {
  const { state, write } = store();
  const spool = join(home, 'a');
  const log = new PredictionLog({ write, spool, everyMs: 3_600_000 });
  log.add(entry('1'));
  await log.flush();
  state.away = true;
  log.add(entry('2'), entry('3'));
  await log.flush();
  log.add(entry('4'));
  await log.flush();
  assert.deepEqual([state.ids, log.state.spooled], [['1'], 3]);
  const [file] = await readdir(spool);
  assert.equal((await readFile(join(spool, file!), 'utf8')).trim().split('\n').length, 3);
  assert.equal((await stat(join(spool, file!))).mode & 0o077, 0);
  state.away = false;
  log.add(entry('5'));
  await log.close();
  assert.deepEqual(state.ids.toSorted(), ['1', '2', '3', '4', '5']);
  assert.deepEqual([await readdir(spool), log.state.spooled], [[], 0]);
});

test('what a killed process left comes in, but for a line that was cut off', async () => {
  const { state, write } = store();
  const spool = join(home, 'b');
  const first = new PredictionLog({ write: () => Promise.reject(new Error('away')), spool, everyMs: 3_600_000 });
  first.add(entry('1'), entry('2'));
  await first.close();
  const [file] = await readdir(spool);
  await appendFile(join(spool, file!), '{"id":"3","var');
  const second = new PredictionLog({ write, spool, everyMs: 3_600_000 });
  await second.recover();
  await second.close();
  assert.deepEqual([state.ids, await readdir(spool)], [['1', '2'], []]);
});

test('a store that comes back is brought up to date without being asked, by files of a bounded size', async () => {
  const { state, write } = store();
  const spool = join(home, 'c');
  const sizes: number[] = [];
  const counting = (entries: readonly PredictionEntry[]): Promise<void> => {
    sizes.push(entries.length);
    return write(entries);
  };
  const log = new PredictionLog({ write: counting, spool, everyMs: 5, retryMs: 20 });
  state.away = true;
  for (let i = 0; i < 21; i++) {
    log.add(...Array.from({ length: 1_000 }, (_, k) => entry(`${i}.${k}`)));
    await log.flush();
  }
  assert.equal((await readdir(spool)).length >= 2, true);
  assert.equal(log.state.spooled + log.state.waiting, 21_000);
  state.away = false;
  await until('all is brought in', () => log.state.spooled === 0);
  assert.deepEqual([log.state, await readdir(spool)], [{ waiting: 0, held: 0, spooled: 0, lost: 0 }, []]);
  assert.equal(new Set(state.ids).size, 21_000);
  assert.ok(Math.max(...sizes) <= 2_000);
  await log.close();
});

test('a store that never answers holds nothing up', async () => {
  const spool = join(home, 'e');
  const log = new PredictionLog({ write: () => new Promise(() => {}), spool, everyMs: 3_600_000, patienceMs: 20 });
  log.add(entry('1'));
  await log.flush();
  log.add(entry('2'));
  await log.close();
  assert.deepEqual(log.state, { waiting: 0, held: 0, spooled: 2, lost: 0 });
});

test('a line that is no entry keeps nothing from the store', async () => {
  const { state, write } = store();
  const spool = join(home, 'd');
  await mkdir(spool);
  const lines = [entry('1'), { id: '2' }, entry('3')].map((one) => JSON.stringify(one));
  await writeFile(join(spool, '999999999-aa.jsonl'), `${lines.join('\nnot JSON\n')}\n`);
  const log = new PredictionLog({ write, spool, everyMs: 3_600_000 });
  await log.recover();
  assert.deepEqual([state.ids, await readdir(spool), log.state.spooled], [['1', '3'], [], 0]);
  await log.close();
});

test('without store and disk memory holds the newest, and says how many were lost', async () => {
  const { state, write } = store();
  state.away = true;
  const spool = join(home, 'file');
  await writeFile(spool, 'in the way');
  const troubles: unknown[] = [];
  const lost: number[] = [];
  const log = new PredictionLog({
    write,
    spool,
    everyMs: 3_600_000,
    most: 3,
    onTrouble: (error) => troubles.push(error),
    onLost: (entries) => lost.push(entries),
  });
  for (const id of ['1', '2', '3', '4', '5']) {
    log.add(entry(id));
    await log.flush();
  }
  assert.deepEqual([log.state.waiting, log.state.held, log.state.lost, troubles.length], [3, 3, 2, 10]);
  state.away = false;
  await log.flush();
  assert.equal(log.state.held, 0);
  state.away = true;
  log.add(entry('6'));
  await log.close();
  assert.deepEqual(state.ids, ['3', '4', '5']);
  // The two of before, and the one that the end found nowhere.
  assert.deepEqual(lost, [3]);
});

test('what is being written to a file while it is brought in is brought in with it', async (t) => {
  const spool = new PredictionSpool(join(home, 'slow'));
  await spool.append([entry('1')]);
  // A disk that takes its time.
  const toDisk = fs.appendFile;
  t.mock.method(fs, 'appendFile', async (...args: Parameters<typeof appendFile>) => {
    await sleep(200);
    await toDisk(...args);
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  const appending = spool.append([entry('2')]);
  // It has begun: what comes now goes to the next file.
  await sleep(50);
  const ids: string[] = [];
  const take = async (entries: readonly PredictionEntry[]) => void ids.push(...entries.map(({ id }) => id));
  await spool.drainOne(take, 2_000);
  await appending;
  assert.deepEqual([ids, spool.entries, await readdir(join(home, 'slow'))], [['1', '2'], 0, []]);
});
