import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../../test/until.ts';
import { OslerError } from '../../errors.ts';
import { FakePredictor, saying } from '../../serving/deployments/testing.ts';
import { type Check, type CheckReport, Health } from './health.ts';
import { diskCheck, memoryCheck, storeCheck, threadCheck } from './machine-checks.ts';
import { bundleCheck, deploymentChecks } from './model-checks.ts';

const home = await mkdtemp(join(tmpdir(), 'osler-health-'));
after(() => rm(home, { recursive: true, force: true }));

const saysOk = { status: 'ok', words: 'All is well.' } as const;
const check = (name: string, look: Check['look'], vital = false): Check => ({ name, vital, look });

test('the report is the worst of all, and only what is vital takes the server away', async () => {
  let broken = false;
  const failing = async () => {
    if (broken) throw new Error('the engine is gone\n    at line 1');
    return saysOk;
  };
  const changes: [string, string, string | null][] = [];
  const health = new Health(
    [
      check('model', failing, true),
      check('store', async () => Promise.reject(new Error('away'))),
      check('disk', async () => ({ status: 'degraded', words: 'Little is left.', figures: { freeBytes: 5 } })),
    ],
    { freshMs: 0, onChange: ({ name, status }, before) => changes.push([name, status, before]) },
  );
  assert.equal(health.report, null);
  const first = await health.look();
  assert.deepEqual([first.status, first.ready], ['failed', true]);
  assert.deepEqual(
    first.checks.map(({ name, status, words }) => [name, status, words]),
    [
      ['model', 'ok', 'All is well.'],
      ['store', 'failed', 'away'],
      ['disk', 'degraded', 'Little is left.'],
    ],
  );
  broken = true;
  const second = await health.look();
  assert.equal(second.ready, false);
  assert.equal(second.checks[0]!.words, 'the engine is gone');
  broken = false;
  await health.look();
  assert.deepEqual(changes, [
    ['store', 'failed', null],
    ['disk', 'degraded', null],
    ['model', 'failed', 'ok'],
    ['model', 'ok', 'failed'],
  ]);
});

test('a check that hangs fails in its time, holds up no other, and is not asked again while it hangs', async () => {
  let asked = 0;
  const { promise, resolve } = Promise.withResolvers<typeof saysOk>();
  const hangs = check('disk', () => {
    asked += 1;
    return asked === 1 ? promise : Promise.resolve(saysOk);
  });
  const health = new Health([hangs, check('store', async () => saysOk)], { patienceMs: 30, freshMs: 0 });
  const statuses = async (): Promise<string[]> => (await health.look()).checks.map(({ status }) => status);
  assert.deepEqual(await statuses(), ['failed', 'ok']);
  assert.deepEqual([await statuses(), asked], [['failed', 'ok'], 1]);
  assert.match(health.report!.checks[0]!.words, /did not answer within 0.03 s/);
  resolve(saysOk);
  await sleep(5);
  assert.deepEqual([await statuses(), asked], [['ok', 'ok'], 2]);
});

test('many who ask at once cost one look', async () => {
  let asked = 0;
  const slow = check('store', async () => {
    asked += 1;
    await sleep(10);
    return saysOk;
  });
  const health = new Health([slow]);
  const reports = await Promise.all(Array.from({ length: 50 }, () => health.look()));
  assert.equal(new Set(reports).size, 1);
  assert.equal(await health.look(), reports[0]);
  assert.equal(asked, 1);
});

test('it goes on looking by itself until it is closed', async () => {
  let asked = 0;
  const health = new Health(
    [
      check('store', async () => {
        asked += 1;
        return saysOk;
      }),
    ],
    { everyMs: 5, freshMs: 0 },
  );
  await health.start();
  await until('a third look', () => asked >= 3);
  health.close();
  const seen = asked;
  await sleep(30);
  assert.ok(asked - seen <= 1);
});

test('the disk is written to, and leaves nothing behind', async () => {
  const { status, figures } = (await diskCheck(home, { leastFree: 0 }).look()) as CheckReport;
  assert.equal(status, 'ok');
  assert.ok(figures!.freeBytes! > 0 && figures!.totalBytes! >= figures!.freeBytes!);
  assert.deepEqual(await readdir(join(home, 'serving')), []);
  const full = (await diskCheck(home, { leastFree: Number.MAX_SAFE_INTEGER }).look()) as CheckReport;
  assert.equal(full.status, 'degraded');
  const file = join(home, 'file');
  await writeFile(file, 'in the way');
  await assert.rejects(
    Promise.resolve(diskCheck(file).look()),
    /The disk of OSLER_HOME can't be written to \(ENOTDIR\)/,
  );
  await chmod(file, 0o600);
});

test('what an engine says of itself, with paths and addresses, is not passed on', async () => {
  const engine = { kind: 'postgresql', where: 'postgresql://osler@db/osler' } as const;
  const away = Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' });
  const store = { engine, ping: () => Promise.reject(away) };
  await assert.rejects(Promise.resolve(storeCheck(store).look()), {
    message: "The store can't be reached (ECONNREFUSED).",
  });
  assert.deepEqual(await storeCheck({ engine, ping: async () => undefined }).look(), {
    status: 'ok',
    words: 'The store (postgresql) answers.',
  });
});

test('memory and thread are judged by their limits', async () => {
  const memory = (await memoryCheck().look()) as CheckReport;
  assert.equal(memory.status, 'ok');
  assert.ok(memory.figures!.residentBytes! < memory.figures!.limitBytes!);
  assert.equal(((await memoryCheck({ mostUsed: 0 }).look()) as CheckReport).status, 'degraded');
  const [strict, mild] = [threadCheck({ mostSeconds: 0.15 }), threadCheck({ mostSeconds: 60 })];
  for (const end = performance.now() + 400; performance.now() < end; );
  await sleep(10);
  for (const [thread, status] of [
    [strict, 'degraded'],
    [mild, 'ok'],
  ] as const) {
    const blocked = (await thread.look()) as CheckReport;
    assert.deepEqual([blocked.status, blocked.figures!.waitSeconds! > 0.15], [status, true]);
    // Told once: the next look is about what came since.
    const since = (await thread.look()) as CheckReport;
    assert.deepEqual([since.status, since.figures!.waitSeconds], ['ok', 0]);
    thread.close();
  }
});

test('a model that says something else than when it was loaded has failed', async () => {
  const said = [saying(0.7), saying(0.700001), saying(0.9)];
  const model = bundleCheck(
    new FakePredictor(async (call) => said[call - 1] ?? new OslerError('ENGINE_FAILED', 'gone')),
  );
  const statuses: string[] = [];
  for (let i = 0; i < 4; i++) statuses.push(((await model.look()) as CheckReport).status);
  assert.deepEqual(statuses, ['ok', 'ok', 'failed', 'failed']);
  assert.equal(model.vital, true);
});

test('one live model that answers stands in for the others', async () => {
  const answers: Record<string, ReturnType<typeof saying> | OslerError> = {
    'skin@1': saying(0.7),
    'skin@2': saying(0.6),
  };
  const manifests: Record<string, object> = { 'skin@1': {}, 'skin@2': {} };
  const probe = async () =>
    Object.keys(answers).map((variant) => ({
      ...{ variant, role: 'live', manifest: manifests[variant], answer: answers[variant] },
    }));
  const host = {
    all: [{ name: 'derma', probe }],
    state: {
      opening: false,
      faults: { derma: 'skin@3 left out' },
      log: { waiting: 0, held: 0, spooled: 3, lost: 0 },
      engine: { threads: 2, broken: 0, replaced: 1 },
    },
  };
  const health = new Health(deploymentChecks(host as never, true), { freshMs: 0 });
  const statuses = (): string[] => health.report!.checks.map(({ name, status }) => `${name}: ${status}`);
  assert.equal((await health.look()).ready, true);
  assert.deepEqual(statuses(), [
    'engine: degraded',
    'model derma/skin@1: ok',
    'model derma/skin@2: ok',
    'deployment derma: degraded',
    'prediction log: degraded',
  ]);
  await health.look();
  assert.equal(health.report!.checks[0]!.words, '2 threads compute.');
  const words = async (): Promise<string> => {
    await health.look();
    return health.report!.checks.at(-1)!.words;
  };
  host.state.log = { waiting: 40, held: 40, spooled: 0, lost: 0 };
  assert.equal(await words(), '40 answers wait in memory: neither store nor disk takes them.');
  host.state.log.held = 0;
  assert.equal(await words(), 'Answers reach the log.');
  host.state.engine = { threads: 2, broken: 2, replaced: 1 };
  await health.look();
  assert.equal(health.report!.checks[0]!.status, 'failed');
  host.state.engine = { threads: 2, broken: 0, replaced: 1 };
  answers['skin@2'] = new OslerError('ENGINE_FAILED', 'skin@2 failed.');
  assert.deepEqual([(await health.look()).ready, health.report!.status], [true, 'failed']);
  answers['skin@1'] = new OslerError('ENGINE_FAILED', 'skin@1 failed.');
  assert.equal((await health.look()).ready, false);
});
