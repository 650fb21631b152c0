import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runDir } from '../store/paths.ts';
import { openStore } from '../store/store.ts';
import { exampleRun } from '../store/testing.ts';
import { lockRun } from '../training/lock.ts';
import { machineLast, withoutEnds } from './runs-columns.ts';
import { sparkline } from './sparkline.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
let home: string;
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-runs-'));
  await using store = await openStore(home);
  const best = { epoch: 2, metric: 'auroc', value: 0.91 };
  const run = await store.runs.create(exampleRun({ id: 'ab'.repeat(16), best, status: 'finished' }));
  await store.runs.create(exampleRun({ createdAt: '2020-01-01T00:00:00.000Z' }));
  const values = [0.5, Number.NaN, 0.91];
  await store.metrics.append(
    run.id,
    values.map((value, step) => ({ key: 'val.auroc', step, epoch: step, value, time: step })),
  );
  const { id: experimentId } = await store.experiments.create({ name: 'skin' });
  const log = async (name: string, startedAt: number, lr: string, values: number[]) => {
    const { id } = await store.tracked.start({ experimentId, name, startedAt, status: 'finished' });
    const metrics = values.map((value, i) => ({ key: 'loss', value, step: i + 1, timestamp: i }));
    await store.logs.write(id, { metrics, params: [{ key: 'lr', value: lr }] });
    return id;
  };
  const one = await log('one, "first"', 1_000, '0.1', [1, 0.25]);
  await store.logs.write(one, {
    metrics: [{ key: 'odd', value: Number.NaN, step: 0, timestamp: 0 }],
    tags: [{ key: 'team', value: 'derm' }],
  });
  const two = await log('two', 2_000, '0.01', [1, 0.5]);
  const svg = async function* () {
    yield Buffer.from('<svg/>');
  };
  await store.artifacts.write(two, { path: 'plots/roc.svg', kind: 'file' }, svg());
});
after(() => rm(home, { recursive: true, force: true }));

async function osler(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const run = promisify(execFile)(process.execPath, [main, ...args], {
    env: { ...process.env, OSLER_HOME: home, NO_COLOR: '1' },
  });
  return run.then(
    (said) => ({ code: 0, ...said }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );
}

it('lists runs, newest first, for people and for scripts', async () => {
  const [text, json] = await Promise.all([osler('runs', 'list'), osler('runs', 'list', '--json')]);
  assert.match(text.stdout.split('\n')[1]!, /^abababababab {2}phantom +finished .* auroc 0\.9100 \(epoch 2\) {2}▁ █/);
  const runs = JSON.parse(json.stdout) as { run: string }[];
  assert.deepEqual([runs.length, runs[0]!.run], [4, 'ab'.repeat(16)]);
});

it('shows a run by the beginning of its id, and answers 2 for one that is not there', async () => {
  const [shown, absent] = await Promise.all([
    osler('runs', 'show', 'abab', '--json'),
    osler('runs', 'show', 'none', '--json'),
  ]);
  const run = JSON.parse(shown.stdout) as { id: string; metrics: { key: string; last: number; points: number }[] };
  assert.equal(run.id, 'ab'.repeat(16));
  assert.deepEqual(run.metrics, [{ key: 'val.auroc', points: 3, last: 0.91, min: 0.5, max: 0.91 }]);
  assert.equal(absent.code, 2);
  assert.equal((JSON.parse(absent.stdout) as { error: { code: string } }).error.code, 'NOT_FOUND');
});

it('finds runs of any program by the grammar of MLflow, with columns of choice', async () => {
  const columns = 'name,metrics.loss,params.lr,tags.team,curve.loss';
  const [csv, json, wrong, none, empty] = await Promise.all([
    osler(
      'runs',
      'list',
      '--filter',
      "params.lr != '0'",
      '--order',
      'metrics.loss desc',
      '--columns',
      columns,
      '--csv',
    ),
    osler('runs', 'list', '--experiment', 'skin', '--columns', 'name,metrics.odd', '--json'),
    osler('runs', 'list', '--filter', 'metrics.loss ~ 3', '--json'),
    osler('runs', 'list', '--columns', 'run,fun', '--json'),
    osler('runs', 'list', '--columns', 'name,metrics.los,curve.los,tags.nope', '--csv'),
  ]);
  assert.deepEqual(csv.stdout.trim().split('\n'), [
    'name,metrics.loss,params.lr,tags.team,curve.loss',
    'two,0.5,0.01,,1 0.5',
    '"one, ""first""",0.25,0.1,derm,1 0.25',
  ]);
  assert.deepEqual(JSON.parse(json.stdout), [
    { name: 'two', 'metrics.odd': null },
    { name: 'one, "first"', 'metrics.odd': 'NaN' },
  ]);
  assert.deepEqual([wrong.code, none.code], [2, 2]);
  assert.match(none.stdout, /There is no column \\"fun\\"/);
  assert.equal(empty.code, 0);
  assert.match(empty.stderr, /No run that is listed has metrics\.los\. The nearest are metrics\.loss/);
  assert.match(empty.stderr, /has curve\.los\. The nearest are curve\.loss/);
  assert.doesNotMatch(json.stderr, /No run/);
});

it('tables of metrics end with those of the machine and leave out the ends of intervals', () => {
  const keys = ['epoch.loss', 'system/cpu', 'system/rss', 'val.auroc'];
  const last = machineLast(keys.map((key) => ({ key }))).map(({ key }) => key);
  assert.deepEqual(last, ['epoch.loss', 'val.auroc', 'system/cpu', 'system/rss']);
  const ends = ['test.auroc', 'test.auroc.high', 'test.auroc.low', 'volume.low'].map((key) => ({ key }));
  assert.deepEqual(
    withoutEnds(ends).map(({ key }) => key),
    ['test.auroc', 'volume.low'],
  );
});

it('compares runs, shows and follows one that another program logged', async () => {
  const [compared, text, shown, tailed, some, nope, csv, lines, rows, values] = await Promise.all([
    osler('runs', 'compare', 'two', 'abab', '--json'),
    osler('runs', 'compare', 'two', 'one, "first"'),
    osler('runs', 'show', 'two', '--json'),
    osler('runs', 'tail', 'two', '--lines', '1'),
    osler('runs', 'compare', 'two', 'abab', '--metrics', 'loss', '--json'),
    osler('runs', 'compare', 'two', 'abab', '--metrics', 'loss,val.aurok', '--json'),
    osler('runs', 'compare', 'two', 'one, "first"', '--csv'),
    osler('runs', 'tail', 'two', '--json'),
    osler('runs', 'show', 'two', '--csv'),
    osler('runs', 'tail', 'two', '--csv'),
  ]);
  assert.deepEqual(
    (JSON.parse(some.stdout) as { metrics: { key: string }[] }).metrics.map(({ key }) => key),
    ['loss'],
  );
  assert.equal(nope.code, 2);
  assert.match(nope.stdout, /None of these runs has a metric \\"val\.aurok\\".*nearest that are logged: val\.auroc/s);
  const { params, metrics } = JSON.parse(compared.stdout) as {
    params: { key: string; values: (string | null)[] }[];
    metrics: { key: string; values: unknown[] }[];
  };
  assert.deepEqual(params.find(({ key }) => key === 'lr')!.values, ['0.01', null]);
  assert.deepEqual(params.find(({ key }) => key === 'training.epochs')!.values, [null, '2']);
  assert.deepEqual(metrics.find(({ key }) => key === 'loss')!.values, [0.5, null]);
  assert.match(text.stdout, /^setting +two .*\nlr +0\.01 +0\.1\n/);
  const run = JSON.parse(shown.stdout) as { params: object; experiment: string; metrics: object[] };
  assert.deepEqual([run.params, run.experiment], [{ lr: '0.01' }, 'skin']);
  assert.deepEqual(run.metrics, [{ key: 'loss', points: 2, last: 0.5, min: 0.5, max: 1 }]);
  assert.match(tailed.stdout, /step +2 +loss 0\.5\nfinished\n$/);
  assert.match(
    csv.stdout,
    /^kind,key,[0-9a-f]{32},[0-9a-f]{32}\nparam,lr,0\.01,0\.1\nmetric,loss,0\.5,0\.25\nmetric,odd,,NaN\n$/,
  );
  const told = JSON.parse(lines.stdout) as { status: string; values: { step: number; value: number }[] };
  assert.deepEqual(
    [told.status, told.values.map(({ step, value }) => [step, value])],
    [
      'finished',
      [
        [1, 1],
        [2, 0.5],
      ],
    ],
  );
  assert.match(
    rows.stdout,
    /^kind,key,value\nparam,lr,0\.01\n(tag,.*\n)*metric,loss,0\.5\nartifact,plots\/roc\.svg,[0-9a-f]{64}\n$/,
  );
  assert.equal(values.stdout, 'key,step,epoch,timestamp,value\nloss,1,0,0,1\nloss,2,0,1,0.5\n');
});

it('follows a run until it ends', async () => {
  await using store = await openStore(home);
  const { id } = await store.tracked.start({ experimentId: 0, name: 'live', startedAt: 3_000 });
  const log = (step: number) =>
    store.logs.write(id, { metrics: [{ key: 'loss', value: 1 / step, step, timestamp: step * 1_000 }] });
  await log(1);
  const child = spawn(process.execPath, [main, 'runs', 'tail', 'live'], {
    env: { ...process.env, OSLER_HOME: home, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const piece of child.stdout) {
    output += piece;
    if (/step +1 /.test(output) && !/step +2 /.test(output)) await log(2);
    if (/step +2 /.test(output)) await store.tracked.change(id, { status: 'failed', endedAt: 5_000 });
  }
  assert.match(output, /^live .*\n00:00:01 +step +1 +loss 1\n00:00:02 +step +2 +loss 0\.5\nfailed\n$/);
  await store.runs.delete(id);
});

it('says so when it is to follow a metric that nobody will log any more', async () => {
  await using store = await openStore(home);
  const { id } = await store.tracked.start({ experimentId: 0, name: 'waiting', startedAt: 2 });
  await store.logs.write(id, { metrics: [{ key: 'loss', value: 1, step: 1, timestamp: 1 }] });
  const tail = (name: string, ...more: string[]) => osler('runs', 'tail', name, '--metrics', 'los', ...more);
  const runs = await Promise.all([tail('two', '--csv'), tail('waiting', '--no-follow'), tail('waiting', '--json')]);
  assert.deepEqual(
    runs.map(({ code }) => code),
    [2, 2, 2],
  );
  assert.match(runs[2]!.stdout, /does not have a metric \\"los\\".*nearest that are logged: loss/s);
  const child = spawn(process.execPath, [main, 'runs', 'tail', 'waiting', '--metrics', 'los'], {
    env: { ...process.env, OSLER_HOME: home, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const piece of child.stdout) {
    output += piece;
    if (/^waiting/.test(output)) {
      await store.logs.write(id, { metrics: [{ key: 'los', value: 2, step: 1, timestamp: 1_000 }] });
      await store.tracked.change(id, { status: 'finished', endedAt: 5_000 });
    }
  }
  assert.match(output, /los 2\nfinished\n$/);
  await store.runs.delete(id);
});

it('tails as many values as were asked for: none, and those of steps below 0', async () => {
  await using store = await openStore(home);
  const { id } = await store.tracked.start({ experimentId: 0, name: 'early', startedAt: 1, status: 'finished' });
  await store.logs.write(id, {
    metrics: [-3, -2, -1].map((step) => ({ key: 'warm', value: step, step, timestamp: step + 9 })),
  });
  const [none, two] = await Promise.all(
    ['0', '2'].map((lines) => osler('runs', 'tail', 'early', '--csv', '--lines', lines)),
  );
  await store.runs.delete(id);
  const header = 'key,step,epoch,timestamp,value\n';
  assert.equal(none!.stdout, header);
  assert.equal(two!.stdout, `${header}warm,-2,0,7,-2\nwarm,-1,0,8,-1\n`);
});

it('downloads artifacts, deletes runs of any program and brings them back', async () => {
  const to = join(home, 'down');
  const got = await osler('runs', 'download', 'two', 'plots', '--to', to, '--json');
  assert.deepEqual([got.code, await readFile(join(to, 'plots/roc.svg'), 'utf8')], [0, '<svg/>']);
  assert.equal((await osler('runs', 'download', 'two', 'plot', '--to', to)).code, 2);
  const once = JSON.parse((await osler('runs', 'delete', 'two', 'two', '--json')).stdout) as { deleted: string[] };
  assert.equal(once.deleted.length, 1);
  const gone = await Promise.all(
    ['two', once.deleted[0]!.slice(0, 8)].map((one) => osler('runs', 'show', one, '--json')),
  );
  for (const { code, stdout } of gone) {
    assert.equal(code, 2);
    assert.match(stdout, /There is no run .*It was deleted.*osler runs restore (two|[0-9a-f]{8})"/s);
  }
  assert.match((await osler('runs', 'show', 'three', '--json')).stdout, /List the runs/);
  const deleted = JSON.parse((await osler('runs', 'list', '--deleted', '--json')).stdout) as { name: string }[];
  assert.ok(deleted.some(({ name }) => name === 'two'));
  assert.equal((await osler('runs', 'restore', 'two')).code, 0);
  assert.equal((await osler('runs', 'show', 'two')).code, 0);
});

it('draws curves', () => {
  assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8), '▁▂▃▄▅▆▇█');
  assert.equal(sparkline([0, 0, 7, 7], 2), '▁█');
  assert.equal(sparkline([1, 1], 8), '▄▄');
  assert.equal(sparkline([], 8), '');
});

it('shows a run whose process was killed as interrupted, and leaves one that is being trained', async () => {
  await using store = await openStore(home);
  const killed = await store.runs.create(exampleRun({ id: 'cd'.repeat(16), status: 'running' }));
  const alive = await store.runs.create(exampleRun({ id: 'ef'.repeat(16), status: 'running' }));
  const free = await lockRun(runDir(home, alive.id));
  const { stdout } = await osler('runs', 'list', '--json');
  free();
  const status = (id: string) =>
    (JSON.parse(stdout) as { run: string; status: string }[]).find((r) => r.run === id)?.status;
  assert.deepEqual([status(killed.id), status(alive.id)], ['interrupted', 'running']);
});
