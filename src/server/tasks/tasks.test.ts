/** Long work without what it does: promises in its place, a real store. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { OslerError } from '../../errors.ts';
import { ownIdentity } from '../../store/identity.ts';
import { openStore, type Store } from '../../store/store.ts';
import type { TaskRecord } from '../../store/studio/tasks.ts';
import { Tasks } from './tasks.ts';

let home: string;
let store: Store;
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-tasks-'));
  store = await openStore(home);
});
after(async () => {
  await store.close();
  await rm(home, { recursive: true });
});

let count = 0;
/** On a subject that nothing else is done on. */
const order = () => ({ what: 'dataset.audit', subject: `dataset d@${++count}`, who: 'anna', work: { kind: 'audit' } });

/** As another server wrote it down. */
const recordOf = (worker: string): TaskRecord => ({
  ...order(),
  id: randomUUID(),
  state: 'running',
  startedAt: new Date().toISOString(),
  endedAt: null,
  worker,
  result: null,
  error: null,
});

const refused = (code: string) => (error: unknown) => (error as OslerError).code === code;

test('work of a server that can not be asked is ended by hand, and what it says later does not count', async () => {
  const tasks = new Tasks(store, async () => null);
  const elsewhere = recordOf(JSON.stringify({ host: 'elsewhere/b/pid:[1]', pid: 1, started: '1' }));
  await store.tasks.create(elsewhere);
  const { subject } = elsewhere;
  await assert.rejects(tasks.start({ ...order(), subject }), refused('CHANGED_MEANWHILE'));
  const ended = await tasks.stop(elsewhere.id, 'ben');
  assert.deepEqual([ended.state, ended.error?.code], ['interrupted', 'INTERRUPTED']);
  assert.match(ended.error!.message, /^ben /);
  const { startedAt: endedAt } = elsewhere;
  assert.equal(await store.tasks.end(elsewhere.id, { state: 'done', endedAt, result: {}, error: null }), false);
  await tasks.start({ ...order(), subject });
  await tasks.close();
});

test('work of another server of this machine is stopped there', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e6)']);
  try {
    const record = recordOf(ownIdentity(other.pid));
    await store.tasks.create(record);
    const tasks = new Tasks(store, async () => null);
    await assert.rejects(tasks.stop(record.id, 'ben'), refused('USAGE'));
    assert.equal((await tasks.get(record.id)).state, 'running');
  } finally {
    other.kill();
  }
});

test('of two servers that begin at once one does, and the other does nothing before', async () => {
  const [one, two] = [new Tasks(store, async () => null), new Tasks(store, async () => null)];
  let told = 0;
  const same = { ...order(), before: async () => void told++ };
  const begun = await Promise.allSettled([one.start(same), two.start(same)]);
  const [lost] = begun.filter(({ status }) => status === 'rejected');
  assert.ok(refused('CHANGED_MEANWHILE')((lost as PromiseRejectedResult).reason));
  assert.equal(told, 1);
  await Promise.all([one.close(), two.close()]);
});

test('what is done before keeps the work from beginning, and its subject is free again', async () => {
  let ran = 0;
  const tasks = new Tasks(store, async () => ran++);
  const wanted = order();
  const before = () => Promise.reject(new OslerError('STORE_FAILED', 'The disk is full.'));
  await assert.rejects(tasks.start({ ...wanted, before }), refused('STORE_FAILED'));
  const [record] = await tasks.list({ subject: wanted.subject });
  assert.deepEqual([ran, record!.state, record!.error?.code], [0, 'failed', 'STORE_FAILED']);
  await tasks.start(wanted);
  await tasks.close();
  assert.equal(ran, 1);
});

test('an end that the store could not be told of is told when it is there again', async () => {
  let away = true;
  const end: Store['tasks']['end'] = async (...given) => {
    if (away) throw new OslerError('STORE_FAILED', 'The disk is full.');
    return store.tasks.end(...given);
  };
  const tasks = new Tasks({ tasks: { ...store.tasks, end } }, async () => ({ version: 2 }));
  const { id } = await tasks.start(order());
  await tasks.close();
  assert.equal((await store.tasks.get(id)).state, 'running');
  away = false;
  const task = await tasks.get(id);
  assert.deepEqual([task.state, task.result, task.error], ['done', { version: 2 }, null]);
});

test('a server that ends waits for what is about to begin, and begins nothing more', async () => {
  let ran = 0;
  const tasks = new Tasks(store, async () => ran++);
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  const before = async (): Promise<void> => {
    reach();
    await told;
  };
  const begun = tasks.start({ ...order(), before });
  await reached;
  let closed = false;
  const closing = tasks.close().then(() => (closed = true));
  await assert.rejects(tasks.start(order()), refused('INTERRUPTED'));
  assert.equal(closed, false);
  tell();
  const { id } = await begun;
  await closing;
  assert.deepEqual([ran, (await store.tasks.get(id)).state], [0, 'interrupted']);
});
