import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { testManifest } from '../../bundle/testing.ts';
import { OslerError } from '../../errors.ts';
import type { Priority, Turn } from '../priority.ts';
import { type Batching, type ComputeThread, Engine, type EngineOptions } from './engine.ts';
import type { Ask, Model, Outcome, RawAnswer, Task, Told } from './messages.ts';

const { preprocess: spec } = testManifest();
const task: Task = { source: { pixels: new Uint8Array(1) }, want: 'prediction', cam: false };
const alone: Batching = { maxBatch: 1, maxDelayMs: 0 };

/** A thread that notes what it is asked, computes when it is told to, and may end. */
class FakeThread implements ComputeThread {
  broken = false;
  /** Milliseconds that it says its images took; null: they were too large. */
  infer: number | null = null;
  readonly asked: Ask[] = [];
  readonly loaded = new Set<number>();
  /** A second session, which is there when it is said how fast both are. */
  widening: PromiseWithResolvers<Told> | null = null;
  private readonly open: PromiseWithResolvers<Told>[] = [];

  async ask(ask: Ask): Promise<Told> {
    this.asked.push(ask);
    if (this.broken) throw new OslerError('ENGINE_FAILED', 'it ended');
    if (ask.kind === 'load') {
      this.loaded.add(ask.id);
      return { logits: 2, embedding: 4 };
    }
    if (ask.kind === 'unload') {
      this.loaded.delete(ask.id);
      return null;
    }
    if (ask.kind === 'widen') {
      this.widening = Promise.withResolvers();
      return this.widening.promise;
    }
    const done = Promise.withResolvers<Told>();
    this.open.push(done);
    const answered = await done.promise;
    return answered ?? ask.tasks.map(() => outcome(this.infer));
  }

  /** Sizes of the batches that it got. */
  get batches(): number[] {
    return this.asked.flatMap((ask) => (ask.kind === 'compute' ? [ask.tasks.length] : []));
  }

  finish(): void {
    for (const { resolve } of this.open.splice(0)) resolve(null);
  }

  end(): void {
    this.broken = true;
    for (const { reject } of this.open.splice(0)) reject(new OslerError('ENGINE_FAILED', 'it ended'));
  }

  async close(): Promise<void> {
    this.end();
  }
}

function outcome(infer: number | null): Outcome {
  if (infer === null) return { kind: 'large' };
  return { kind: 'raw', raw: {} as RawAnswer, stages: { queue: 0, decode: 0, infer, post: 0 } };
}

function engineOf(options: EngineOptions) {
  const threads: FakeThread[] = [];
  const start = (): FakeThread => {
    const thread = new FakeThread();
    threads.push(thread);
    return thread;
  };
  return { threads, engine: new Engine({ ...options, start, retryMs: 20 }) };
}

const HEAVY = 64 * 2 ** 20;
const source = (bytes = 1) => {
  const model: Model = { graph: new Uint8Array(bytes), spec, manifest: null };
  return async () => model;
};
const loads = ({ asked }: FakeThread): number => asked.filter(({ kind }) => kind === 'load').length;

test('an eager engine has a model in all threads at once, another one in those where there is work', async () => {
  const eager = engineOf({ threads: 3, eager: true });
  await eager.engine.load(source(), alone);
  assert.deepEqual(eager.threads.map(loads), [1, 1, 1]);
  const lazy = engineOf({ threads: 3 });
  const model = await lazy.engine.load(source(), alone);
  assert.deepEqual(lazy.threads.map(loads), [1]);
  const answers = [model.ask(task), model.ask(task)];
  await sleep(5);
  assert.deepEqual(
    lazy.threads.map(({ batches }) => batches.length),
    [1, 1],
    'the second image got a thread of its own',
  );
  for (const thread of lazy.threads) thread.finish();
  await Promise.all(answers);
});

test('a thread gets one image at a time, in the order of their coming, and of several models the first that came', async () => {
  const { engine, threads } = engineOf({ threads: 1, eager: true });
  const [a, b] = [await engine.load(source(), alone), await engine.load(source(), alone)];
  const order: string[] = [];
  const answers = [a.ask(task), b.ask(task), a.ask(task)].map((answer, i) => answer.then(() => order.push('aba'[i]!)));
  for (let i = 1; i <= 3; i++) {
    assert.equal(threads[0]!.batches.length, i);
    threads[0]!.finish();
    await sleep(1);
  }
  await Promise.all(answers);
  assert.deepEqual(order, ['a', 'b', 'a']);
});

test('images go by priority, as if they had come a second sooner or later, whichever model is asked', async () => {
  const { engine, threads } = engineOf({ threads: 1, eager: true });
  const [a, b] = [await engine.load(source(), alone), await engine.load(source(), alone)];
  const order: string[] = [];
  const ask = (model: typeof a, priority: Priority, name: string) =>
    model.ask(task, { priority }).then(() => order.push(name));
  const answers = [
    ask(a, 'normal', 'at work'),
    ask(a, 'low', 'low'),
    ask(b, 'normal', 'b'),
    ask(a, 'normal', 'a'),
    ask(b, 'high', 'b high'),
    ask(a, 'high', 'a high'),
  ];
  for (let i = 0; i < 6; i++) {
    threads[0]!.finish();
    await sleep(1);
  }
  await Promise.all(answers);
  assert.deepEqual(order, ['at work', 'b high', 'a high', 'b', 'a', 'low']);
});

test('nobody waits for ever: what came long before goes before what has a higher priority', async (t) => {
  let now = 10_000;
  t.mock.method(performance, 'now', () => now);
  const { engine, threads } = engineOf({ threads: 1, eager: true });
  const model = await engine.load(source(), alone);
  const order: string[] = [];
  const ask = (priority: Priority, name: string) => model.ask(task, { priority }).then(() => order.push(name));
  const answers = [ask('normal', 'at work'), ask('low', 'low')];
  now += 999;
  answers.push(ask('normal', 'soon'));
  now += 2;
  answers.push(ask('normal', 'late'));
  for (let i = 0; i < 4; i++) {
    threads[0]!.finish();
    await sleep(1);
  }
  await Promise.all(answers);
  assert.deepEqual(order, ['at work', 'soon', 'low', 'late']);
});

test('behind others waits nobody for more than half of the time until the deadline', async (t) => {
  let now = 10_000;
  t.mock.method(performance, 'now', () => now);
  const { engine, threads } = engineOf({ threads: 1, eager: true });
  const model = await engine.load(source(), alone);
  const order: string[] = [];
  const ask = (name: string, turn: Turn) => model.ask(task, turn).then(() => order.push(name));
  const answers = [ask('at work', {}), ask('low', { priority: 'low', due: now + 600 })];
  // There is always somebody: one comes as often as one goes.
  for (let i = 1; i <= 5; i++) {
    now += 99;
    answers.push(ask(`${i}`, { due: now + 600 }));
    threads[0]!.finish();
    await sleep(1);
  }
  threads[0]!.finish();
  await sleep(1);
  threads[0]!.finish();
  await Promise.all(answers);
  assert.deepEqual(order, ['at work', '1', '2', '3', 'low', '4', '5']);
});

test('what waits goes together, as many as may; with a delay a lone image waits for others', async () => {
  const { engine, threads } = engineOf({ threads: 1, eager: true });
  const model = await engine.load(source(HEAVY), { maxBatch: 4, maxDelayMs: 0 });
  const answers = Array.from({ length: 8 }, () => model.ask(task));
  for (let i = 0; i < 4; i++) {
    threads[0]!.finish();
    await sleep(1);
  }
  await Promise.all(answers);
  assert.deepEqual(threads[0]!.batches, [1, 4, 3]);
  const patient = await engine.load(source(), { maxBatch: 4, maxDelayMs: 60 });
  const first = patient.ask(task);
  await sleep(20);
  assert.equal(threads[0]!.batches.length, 3, 'it waits');
  const second = patient.ask(task);
  await sleep(60);
  assert.deepEqual(threads[0]!.batches.slice(3), [2]);
  threads[0]!.finish();
  await Promise.all([first, second]);
  const full = Array.from({ length: 4 }, () => patient.ask(task));
  assert.deepEqual(threads[0]!.batches.slice(4), [4], 'a full batch waits for nobody');
  threads[0]!.finish();
  await Promise.all(full);
});

test('a light network takes one image after the other, unless images are to wait for each other', async () => {
  const { engine, threads } = engineOf({ threads: 1, eager: true });
  const model = await engine.load(source(), { maxBatch: 4, maxDelayMs: 0 });
  const answers = [model.ask(task), model.ask(task), model.ask(task)];
  for (let i = 0; i < 3; i++) {
    threads[0]!.finish();
    await sleep(1);
  }
  await Promise.all(answers);
  assert.deepEqual(threads[0]!.batches, [1, 1, 1]);
});

test('an image that comes alone has all processors where that is faster; of several each has one', async () => {
  const { engine, threads } = engineOf({ threads: 2, eager: true });
  const model = await engine.load(source(), alone);
  const wide = (): boolean[] =>
    threads.flatMap(({ asked }) => asked.flatMap((ask) => (ask.kind === 'compute' ? [ask.wide] : [])));
  const early = model.ask(task);
  assert.deepEqual(threads[1]!.batches, [1], 'no image waits for the thread that makes the second session');
  threads[1]!.finish();
  await early;
  threads[0]!.widening!.resolve({ narrow: 11, wide: 6 });
  await sleep(1);
  const lone = model.ask(task);
  assert.deepEqual(wide(), [true, false]);
  const second = model.ask(task);
  assert.deepEqual(wide(), [true, false, false]);
  for (const thread of threads) thread.finish();
  await Promise.all([lone, second]);
  threads[0]!.end();
  const after = model.ask(task);
  assert.deepEqual(wide(), [true, false, false, false], 'its thread ended');
  threads[1]!.finish();
  await after;
  await engine.close();
});

test('what an image took that got company says nothing of one that is alone', async () => {
  const { engine, threads } = engineOf({ threads: 2, eager: true });
  const model = await engine.load(source(), alone);
  threads[0]!.widening!.resolve({ narrow: 11, wide: 6 });
  await sleep(1);
  for (const thread of threads) thread.infer = 100;
  const ways: boolean[] = [];
  const lone = async (company: boolean): Promise<void> => {
    const answers = [model.ask(task), ...(company ? [model.ask(task)] : [])];
    const last = threads[0]!.asked.at(-1)!;
    ways.push(last.kind === 'compute' && last.wide);
    for (const thread of threads) thread.finish();
    await Promise.all(answers);
    await sleep(0);
  };
  for (let i = 0; i < 20; i++) await lone(true);
  assert.deepEqual(ways, Array(20).fill(true));
  for (let i = 0; i < 20; i++) await lone(false);
  assert.ok(ways.slice(20).includes(false), 'alone it counts');
});

test('where one processor is faster an image that comes alone has one, from the first on', async () => {
  const { engine, threads } = engineOf({ threads: 2, eager: true });
  const model = await engine.load(source(), alone);
  threads[0]!.widening!.resolve({ narrow: 11, wide: 30 });
  await sleep(1);
  const lone = model.ask(task);
  assert.deepEqual(
    threads[0]!.asked.flatMap((ask) => (ask.kind === 'compute' ? [ask.wide] : [])),
    [false],
  );
  for (const thread of threads) thread.finish();
  await lone;
});

test('an image that nobody wants any more is not computed, unless it is begun', async () => {
  const { engine, threads } = engineOf({ threads: 1, eager: true });
  const model = await engine.load(source(), alone);
  const gone = new AbortController();
  const begun = model.ask(task, { wanted: gone.signal });
  const left = model.ask(task, { wanted: gone.signal });
  const next = model.ask(task);
  const reason = new OslerError('INTERRUPTED', 'gone');
  gone.abort(reason);
  await assert.rejects(left, reason);
  await assert.rejects(model.ask(task, { wanted: gone.signal }), reason);
  threads[0]!.finish();
  assert.equal((await begun).kind, 'large');
  await sleep(1);
  threads[0]!.finish();
  await next;
  assert.deepEqual(threads[0]!.batches, [1, 1]);
  await engine.close();
});

test('a large network is in fewer threads, each with more processors', async () => {
  const { engine, threads } = engineOf({ threads: 4, eager: true });
  await engine.load(source(200 * 2 ** 20), alone);
  const shares = threads.flatMap(({ asked }) => asked.flatMap((ask) => (ask.kind === 'load' ? [ask.threads] : [])));
  assert.deepEqual(shares, [2, 2]);
});

test('a thread that ends fails what it had; another takes its place with all models', async () => {
  const { engine, threads } = engineOf({ threads: 1, eager: true });
  const model = await engine.load(source(), alone);
  await sleep(25);
  const lost = model.ask(task);
  const next = model.ask(task);
  threads[0]!.end();
  await assert.rejects(lost, { code: 'ENGINE_FAILED' });
  await sleep(5);
  assert.equal(threads.length, 2);
  threads[1]!.finish();
  assert.equal((await next).kind, 'large');
  await engine.close();
});

test('a thread that ends at once is not replaced without end, and what waits is told when nobody can have it', async () => {
  let failing = false;
  const { engine, threads } = engineOf({ threads: 1, eager: true });
  const model = await engine.load(async () => {
    if (failing) throw new OslerError('BUNDLE_ALTERED', 'it was changed');
    return { graph: new Uint8Array(1), spec, manifest: null };
  }, alone);
  await sleep(25);
  failing = true;
  threads[0]!.end();
  await assert.rejects(model.ask(task), { code: 'BUNDLE_ALTERED' });
  assert.equal(threads.length, 2);
  failing = false;
  await sleep(30);
  const answer = model.ask(task);
  await sleep(5);
  for (const thread of threads) thread.finish();
  assert.equal((await answer).kind, 'large', 'it is tried again');
  await engine.close();
});

test('a closed model fails what waits and leaves its threads; others go on', async () => {
  const { engine, threads } = engineOf({ threads: 1, eager: true });
  const [a, b] = [await engine.load(source(), alone), await engine.load(source(), alone)];
  const running = a.ask(task);
  const waiting = a.ask(task);
  const closing = a.close();
  await assert.rejects(waiting, { code: 'ENGINE_FAILED' });
  await assert.rejects(a.ask(task), { code: 'ENGINE_FAILED' });
  threads[0]!.finish();
  assert.equal((await running).kind, 'large');
  await closing;
  assert.equal(threads[0]!.loaded.size, 1);
  const other = b.ask(task);
  threads[0]!.finish();
  assert.equal((await other).kind, 'large');
  await engine.close();
  await assert.rejects(b.ask(task), { code: 'ENGINE_FAILED' });
});

test('a model that can not be loaded is forgotten', async () => {
  const { engine, threads } = engineOf({ threads: 1, eager: true });
  const missing = async (): Promise<Model> => {
    throw new OslerError('NOT_FOUND', 'gone');
  };
  await assert.rejects(engine.load(missing, alone), { code: 'NOT_FOUND' });
  assert.equal(threads.length, 0);
});
