/** W&B's own package reads what Osler writes, and Osler reads what W&B's own package writes. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openStore } from '../../../src/store/store.ts';
import { wandbSource } from '../../../src/tracking/exchange/wandb.ts';
import { drawDataset } from '../../../src/training/testing.ts';
import { osler, oslerJson } from '../../command.ts';
import { peer } from '../venv.ts';
import { program, script } from './python.ts';
import { parseLine, WANDB_KEY, type WandbRun, wandbServer } from './wandb-server.ts';

const RECIPE = `
dataset: spots
model: { name: simple_cnn }
data: { size: 24, channels: 1, workers: 1 }
optimiser: { kind: adamw, lr: 0.003 }
training: { epochs: 2, batchSize: 8, threads: 1 }
`;

describe("W&B's own package", () => {
  let folder: string;
  let home: string;
  let recipe: string;
  let python: string;

  before(async () => {
    python = await peer('wandb', ['wandb==0.31.0']);
    folder = mkdtempSync(join(tmpdir(), 'osler-wandb-'));
    home = join(folder, 'home');
    await drawDataset(home, { perClass: 40 });
    recipe = join(folder, 'recipe.yaml');
    writeFileSync(recipe, RECIPE);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** What the store has of the run, as W&B should have it: step -> key -> value. */
  async function stored(run: string): Promise<Map<number, Record<string, number>>> {
    await using store = await openStore(home);
    const steps = new Map<number, Record<string, number>>();
    for (const { key, step, value } of await store.metrics.read(run)) {
      if (key.startsWith('system/')) continue;
      steps.set(step, { ...steps.get(step), [key]: value });
    }
    return steps;
  }

  async function assertHolds(run: string, there: WandbRun): Promise<void> {
    const history = (there.lines.get('wandb-history.jsonl') ?? []).map(parseLine);
    const expected = await stored(run);
    assert.deepEqual(
      history.map(({ _step }) => _step),
      [...expected.keys()].sort((a, b) => a - b),
    );
    for (const line of history) {
      const values = Object.fromEntries(Object.entries(line).filter(([key]) => !key.startsWith('_')));
      assert.deepEqual(values, expected.get(line._step as number));
    }
    assert.equal(there.config['training.epochs']!.value, 2);
    assert.equal(there.config['optimiser.lr']!.value, 0.003);
    assert.equal(there.exitCode, 0);
    for (const file of ['config.yaml', 'environment.json', 'curves.svg', 'confusion.svg', 'log.jsonl']) {
      assert.ok((there.files.get(file)?.length ?? 0) > 100, `${file} was uploaded`);
    }
    const summary = parseLine(there.lines.get('wandb-summary.json')?.at(-1) ?? '{}');
    const last = Math.max(...expected.keys());
    assert.equal(summary['val.loss'], expected.get(last)!['val.loss']);
    assert.match(there.lines.get('wandb-events.jsonl')?.[0] ?? '', /"system\.cpu":/);
  }

  test('wandb sync takes an offline run of Osler', async () => {
    const { run } = await oslerJson<{ run: string }>(home, ['train', recipe, 'tracking=[wandb]', 'experiment=skin']);
    await using server = await wandbServer();
    const offline = join(home, 'runs', run, 'wandb');
    const [name] = readdirSync(offline);
    assert.match(name!, new RegExp(`^offline-run-\\d{8}_\\d{6}-${run}$`));
    const env = { WANDB_BASE_URL: server.url, WANDB_API_KEY: WANDB_KEY };
    const { stdout, stderr } = await program(join(dirname(python), 'wandb'), ['sync', join(offline, name!)], {
      cwd: folder,
      env,
    });
    assert.match(stdout + stderr, /Finished syncing/);
    assert.deepEqual(server.unknown, []);
    const there = server.runs.get(run)!;
    assert.equal(there.project, 'skin');
    await assertHolds(run, there);
  });

  test('online: the same run arrives through the HTTP API, and is the same as what wandb sync would bring', async () => {
    await using server = await wandbServer();
    const env = { WANDB_BASE_URL: server.url, WANDB_API_KEY: WANDB_KEY };
    const settings = ['tracking=[{wandb: {mode: online, project: live}}]'];
    const { run } = await oslerJson<{ run: string }>(home, ['train', recipe, ...settings], { env });
    const there = server.runs.get(run)!;
    assert.equal(there.project, 'live');
    assert.deepEqual(server.unknown, []);
    await assertHolds(run, there);
    assert.equal((await osler(home, ['tracking', 'sync', run], { env })).code, 0);
  });

  test('online with a wrong key: the training ends well, the spool is kept, sync with the right key brings it', async () => {
    await using server = await wandbServer();
    const settings = ['tracking=[{wandb: {mode: online}}]'];
    const wrong = { WANDB_BASE_URL: server.url, WANDB_API_KEY: 'b'.repeat(40) };
    const trained = await osler(home, ['train', recipe, ...settings, '--json'], { env: wrong });
    assert.equal(trained.code, 0, trained.stderr);
    assert.match(trained.stderr, /answered 401.*\n?.*osler tracking sync/s);
    const { run } = JSON.parse(trained.stdout) as { run: string };
    assert.equal(server.runs.size, 0);
    const failed = await osler(home, ['tracking', 'sync', '--json', run], { env: wrong });
    assert.equal(failed.code, 1);
    const env = { WANDB_BASE_URL: server.url, WANDB_API_KEY: WANDB_KEY };
    assert.equal((await osler(home, ['tracking', 'sync', run], { env })).code, 0);
    await assertHolds(run, server.runs.get(run)!);
  });

  test('Osler reads what wandb writes: config, history with NaN and infinities, files, system figures', async () => {
    const place = join(folder, 'theirs');
    mkdirSync(place);
    await script(
      python,
      place,
      `
import math, wandb
run = wandb.init(project='p', mode='offline', name='theirs', config={'lr': 1e-3, 'net': {'depth': 18}, 'sizes': [1, 2]}, tags=['a', 'b'], notes='words', group='g')
for i in range(3000):
    run.log({'loss': 1 / (i + 1), 'acc': math.nan if i == 2 else i, 'inf': -math.inf, 'nested': {'x': i}}, step=i)
run.log({'text': 'hello', 'flag': True}, step=3000)
run.summary['test_auroc'] = 0.75
run.summary['verdict'] = 'good'
open('notes.txt', 'w').write('a file')
run.save('notes.txt')
run.finish(exit_code=1)
`,
    );
    const runs = [];
    for await (const run of wandbSource(join(place, 'wandb'))) runs.push(run);
    assert.equal(runs.length, 1);
    const run = runs[0]!;
    assert.deepEqual(run.params, { lr: '0.001', 'net.depth': '18', sizes: '[1,2]' });
    assert.deepEqual([run.name, run.experiment, run.status], ['theirs', 'p', 'failed']);
    assert.equal(run.tags['wandb.tags'], 'a, b');
    assert.equal(run.tags['mlflow.note.content'], 'words');
    const points = new Map<string, number[]>();
    for await (const some of run.metrics()) {
      for (const { key, value } of some) points.set(key, [...(points.get(key) ?? []), value]);
    }
    assert.equal(points.get('loss')!.length, 3000);
    assert.equal(points.get('loss')![999], 1 / 1000);
    assert.ok(Number.isNaN(points.get('acc')![2]));
    assert.equal(points.get('inf')![0], Number.NEGATIVE_INFINITY);
    assert.equal(points.get('nested.x')![7], 7);
    assert.deepEqual(
      [points.get('test_auroc'), points.get('flag')],
      [[0.75], [1]],
      'of the summary alone; a truth value',
    );
    assert.equal(run.tags['wandb.summary.verdict'], 'good');
    assert.deepEqual(run.leftOut, ['text: W&B holds it as an object, not as a number']);
    const files: string[] = [];
    for await (const { path } of run.artifacts()) files.push(path);
    assert.ok(files.includes('notes.txt'), files.join());
    const imported = await oslerJson<{ moved: { run: string; metrics: number }[] }>(home, [
      'tracking',
      'import',
      join(place, 'wandb'),
    ]);
    assert.ok(imported.moved[0]!.metrics >= 12_000);
  });
});
