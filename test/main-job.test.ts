/** The main job end to end on drawn images, through the command line's contract: phantom, import, train, evaluate, export, predict, serve. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { childEnvironment } from '../src/config/environment.ts';
import { finished, osler, oslerJson, start } from './command.ts';

interface Interval {
  value: number;
  low: number;
  high: number;
}

describe('the main job', () => {
  let work: string;
  let home: string;
  let images: string;
  let run: string;
  let bundle: string;

  before(() => {
    work = mkdtempSync(join(tmpdir(), 'osler-main-'));
    home = join(work, 'home');
    images = join(work, 'phantom');
  });
  after(() => rmSync(work, { recursive: true, force: true }));

  test('data phantom and data import', async () => {
    await oslerJson(home, ['data', 'phantom', '--count', '120', '--size', '96', '--out', images, '--seed', '3']);
    const imported = await oslerJson<Record<string, unknown>>(home, ['data', 'import', images, '--name', 'lesions']);
    assert.deepEqual(
      Object.keys(imported).slice(0, 6).sort(),
      ['classes', 'name', 'samples', 'splits', 'unreadable', 'version'].sort(),
    );
    assert.equal(imported.samples, 120);
    assert.deepEqual(imported.classes, ['benign', 'malignant']);
    assert.equal(imported.version, 1);
  });

  test('train', async () => {
    // A machine with a graphics card, as far as this training can tell.
    const bin = join(work, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'nvidia-smi'), '#!/bin/sh\necho "0, 37, 1000, 16000, 71.5, 44"\n', { mode: 0o755 });
    const env = { PATH: `${bin}:${childEnvironment().PATH}` };
    const settings = ['dataset=lesions', 'model.name=simple_cnn', 'training.epochs=2'];
    const trained = await oslerJson<Record<string, unknown>>(home, ['train', 'demo', ...settings], { env });
    assert.match(String(trained.run), /^[0-9a-f]{32}$/);
    for (const key of ['run', 'best', 'seconds', 'imagesPerSecond']) assert.ok(key in trained, key);
    const best = trained.best as Record<string, unknown>;
    assert.deepEqual(Object.keys(best).sort(), ['epoch', 'metric', 'value']);
    run = String(trained.run);
    assert.ok(readFileSync(join(home, 'runs', run, 'curves.svg'), 'utf8').startsWith('<svg'));
  });

  test('what is logged without asking', async () => {
    interface Shown {
      params: Record<string, string>;
      tags: Record<string, string>;
      metrics: { key: string; points: number; last: number }[];
      artifacts: { path: string; kind: string }[];
    }
    const { params, tags, metrics, artifacts } = await oslerJson<Shown>(home, ['runs', 'show', run]);
    const files = join(work, 'files');
    await oslerJson(home, ['runs', 'download', run, '--to', files]);
    const json = (path: string) => JSON.parse(readFileSync(join(files, path), 'utf8'));
    assert.deepEqual([params['model.name'], params['training.epochs'], params.seed], ['simple_cnn', '2', '1']);
    assert.match(readFileSync(join(files, 'config.yaml'), 'utf8'), /^ +epochs: 2$/m);
    assert.equal(tags['osler.dataset'], 'lesions@1');
    assert.match(tags['osler.dataset.digest']!, /^[0-9a-f]{64}$/);
    assert.equal(tags['osler.seed'], '1');
    assert.ok(tags['osler.version'] !== undefined && tags['osler.engine.libtorch'] !== undefined);
    const environment = json('environment.json');
    assert.equal(environment.node, process.version);
    assert.equal(environment.engine.libtorch, tags['osler.engine.libtorch']);
    // In a checkout that was changed, the change too.
    assert.equal(tags['osler.code.changed'] === 'true', existsSync(join(files, 'code.diff')));
    assert.equal(environment.osler.commit ?? undefined, tags['mlflow.source.git.commit']);
    const points = new Map(metrics.map(({ key, points: count }) => [key, count]));
    assert.ok(points.get('train.lr')! > 2 && points.get('train.lr') === points.get('train.loss'));
    for (const label of ['benign', 'malignant'])
      for (const metric of ['recall', 'auroc'])
        assert.equal(points.get(`val.${metric}/${label}`), 2, `${metric} of ${label}`);
    const { classes, best, last } = json('validation.json');
    assert.deepEqual(classes, ['benign', 'malignant']);
    for (const { confusion } of [best, last]) {
      assert.equal(confusion.length, 4);
      assert.ok(confusion.reduce((sum: number, count: number) => sum + count, 0) > 10);
    }
    for (const plot of ['curves.svg', 'confusion.svg'])
      assert.match(readFileSync(join(files, plot), 'utf8'), /^<svg/, plot);
    for (const name of ['best', 'last'])
      assert.ok(
        artifacts.some(({ path }) => path === `checkpoints/${name}/model.safetensors`),
        name,
      );
    const figures = ['cpu_utilization_percentage', 'system_memory_usage_megabytes', 'gpu_0_utilization_percentage'];
    for (const figure of figures) assert.ok(points.get(`system/${figure}`)! >= 1, figure);
    assert.equal(metrics.find(({ key }) => key === 'system/gpu_0_utilization_percentage')!.last, 37);
  });

  test('evaluate', async () => {
    const evaluated = await oslerJson<{
      split: string;
      samples: number;
      metrics: Record<string, Interval>;
      operatingPoint: unknown;
    }>(home, ['evaluate', run]);
    assert.equal(evaluated.split, 'test');
    for (const name of [
      'accuracy',
      'balancedAccuracy',
      'auroc',
      'macroF1',
      'sensitivity',
      'specificity',
      'brier',
      'logLoss',
      'ece',
    ]) {
      const metric = evaluated.metrics[name];
      assert.ok(metric !== undefined, `metric ${name}`);
      assert.ok(metric.low <= metric.value && metric.value <= metric.high, `${name}: ${JSON.stringify(metric)}`);
    }
    assert.notEqual(evaluated.operatingPoint, null);
    const listed = await oslerJson<{ metrics: Record<string, number> }[]>(home, [
      'runs',
      'list',
      '--filter',
      'metrics.`test.auroc` > 0 and metrics.`test.auroc.low` > 0',
    ]);
    assert.equal(listed.length, 1);

    // Another question, answered elsewhere, leaves the run's figures as they are.
    type Shown = { metrics: { key: string; last: number; points: number }[] };
    const figures = async () =>
      (await oslerJson<Shown>(home, ['runs', 'show', run])).metrics.filter(({ key }) => key.startsWith('test.'));
    const before = await figures();
    const elsewhere = ['--rule', 'threshold=0.99', '--resamples', '20', '--out', join(home, 'elsewhere')];
    const other = await oslerJson<typeof evaluated>(home, ['evaluate', run, ...elsewhere]);
    assert.notEqual(other.metrics.sensitivity!.value, evaluated.metrics.sensitivity!.value);
    assert.deepEqual(await figures(), before);
  });

  test('export; the bundle holds no path of this machine', async () => {
    const exported = await oslerJson<{ bundle: string; maxDifference: number }>(home, ['export', run]);
    assert.ok(exported.maxDifference <= 1e-4);
    bundle = exported.bundle;
    const manifest = readFileSync(join(home, 'datasets', 'lesions', '1', 'manifest.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const samples = manifest.map((line) => JSON.parse(line) as { id: string; group: string });
    const names = new Set(samples.flatMap(({ id, group }) => [id, group]));
    assert.ok(names.size > samples.length);
    for (const file of readdirSync(bundle)) {
      const text = readFileSync(join(bundle, file), 'latin1');
      assert.ok(!text.includes(work), `${file} holds an absolute path`);
      for (const name of names) assert.ok(!text.includes(name), `${file} names ${name}`);
    }
  });

  test('predict: a bad file does not end the rest', async () => {
    const mixed = join(work, 'mixed');
    const [first] = readdirSync(join(images, 'images'));
    cpSync(join(images, 'images', first!), join(mixed, 'a.jpg'));
    writeFileSync(join(mixed, 'broken.jpg'), 'not an image');
    const { code, stdout } = await osler(home, ['predict', bundle, mixed, '--heatmap', join(work, 'maps'), '--json']);
    const rows = JSON.parse(stdout) as {
      file: string;
      label?: string;
      probabilities?: Record<string, number>;
      error?: unknown;
    }[];
    assert.equal(rows.length, 2);
    const good = rows.find((r) => r.file.endsWith('a.jpg'))!;
    const bad = rows.find((r) => r.file.endsWith('broken.jpg'))!;
    const total = Object.values(good.probabilities!).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(total - 1) < 1e-6);
    assert.ok(good.label === 'benign' || good.label === 'malignant');
    assert.ok(bad.error !== undefined);
    assert.equal(code, 1);
    assert.ok(readdirSync(join(work, 'maps')).length >= 1);
  });

  test('serve answers as predict does', async () => {
    // As Cloud Run names the port; 0 takes a free one.
    const child = start(home, ['serve', '--bundle', bundle], { env: { PORT: '0' } });
    const done = finished(child);
    const url = await new Promise<string>((resolve, reject) => {
      let text = '';
      const read = (chunk: Buffer): void => {
        text += chunk;
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
        if (found) resolve(found[0]);
      };
      child.stdout!.on('data', read);
      child.stderr!.on('data', read);
      child.on('close', () => reject(new Error(`serve ended early: ${text}`)));
    });
    try {
      assert.notEqual(new URL(url).port, '8080');
      const [first] = readdirSync(join(images, 'images'));
      const path = join(images, 'images', first!);
      const body = new FormData();
      body.set('file', new Blob([readFileSync(path)], { type: 'image/jpeg' }), 'x.jpg');
      const answer = (await (await fetch(`${url}/predict/image`, { method: 'POST', body })).json()) as {
        probabilities: Record<string, number>;
      };
      const [predicted] = await oslerJson<{ probabilities: Record<string, number> }[]>(home, ['predict', bundle, path]);
      for (const [label, value] of Object.entries(predicted!.probabilities)) {
        assert.ok(Math.abs(value - answer.probabilities[label]!) < 1e-6, label);
      }
      assert.equal((await fetch(`${url}/health/ready`)).status, 200);
    } finally {
      child.kill('SIGTERM');
    }
    assert.equal((await done).code, 0, 'a server that is asked to end has done its work');
  });
});

describe('wrong usage', () => {
  const home = mkdtempSync(join(tmpdir(), 'osler-none-'));
  after(() => rmSync(home, { recursive: true, force: true }));
  const cases: [string, string[], RegExp][] = [
    ['an unknown verb', ['tarin'], /unknown command|train/i],
    ['an unknown option', ['serve', '--bundle', 'x', '--prot', '1'], /--prot/],
    ['a dataset that is not there', ['train', 'demo', 'dataset=nothing'], /nothing/],
    ['a misspelt recipe key', ['train', 'demo', 'dataset=x', 'training.epoch=3'], /epochs/],
    ['a run that is not there', ['evaluate', 'deadbeef'], /deadbeef/],
    ['a bundle that is not there', ['predict', '/nowhere', 'x.jpg'], /nowhere/],
    ['a folder that is not there', ['data', 'import', '/nowhere', '--name', 'x'], /nowhere/],
    ['a source that is empty', ['data', 'import', '', '--name', 'x'], /source is empty/],
  ];
  for (const [name, args, words] of cases) {
    test(`${name} ends with 2 and says so`, async () => {
      const { code, stderr, stdout } = await osler(home, args);
      assert.match(stderr, words);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      assert.doesNotMatch(stderr, /^\s+at /m, 'no stack trace for a mistake of the user');
    });
  }
});
