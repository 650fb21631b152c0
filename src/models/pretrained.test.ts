import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { initialise, stateDict } from '../nn/state.ts';
import { TorchOps } from '../nn/torch-ops.ts';
import { call, fromArray, noGrad, scope, setThreads, type Tensor, writeSafetensors } from '../torch/index.ts';
import { images, pattern } from './goldens/pattern.ts';
import { type Classifier, createModel, freezeBackbone, unfreeze } from './index.ts';
import { loadPretrained, reportLines } from './pretrained.ts';
import { IMAGENET_NORMALISATION, PUBLISHED } from './sources.ts';

// Tiny inputs: a second thread costs more than it brings.
setThreads(1);
let dir = '';
let source: Classifier;
let file = '';

/** A network with values that no other seed gives. */
function make(classes: number, channels: 1 | 3, seed: number): Classifier {
  const model = createModel('resnet18', { classes, channels });
  initialise(model, seed);
  return model;
}

function logits(model: Classifier, x: Tensor): number[] {
  return scope(() => noGrad(() => model.forward(x, new TorchOps({ training: false })).toNumbers()));
}

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'osler-pretrained-'));
  source = make(4, 3, 1);
  file = join(dir, 'weights.safetensors');
  writeSafetensors(file, stateDict(source));
});
after(async () => {
  source.dispose();
  await rm(dir, { recursive: true });
});

describe('loadPretrained', () => {
  test('the same class count loads everything', async () => {
    const model = make(4, 3, 2);
    const report = await loadPretrained(model, file, { home: dir });
    assert.deepEqual([report.fresh, report.skipped, report.adapted], [[], [], []]);
    assert.equal(report.loaded.length, source.state().length);
    assert.deepEqual(report.normalisation, IMAGENET_NORMALISATION);
    assert.match(reportLines(report)[1]!, /do not say how images were normalised: ImageNet's is assumed/);
    assert.equal(
      report.sha256,
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    );
    scope(() => assert.deepEqual(logits(model, images(2, 3, 32)), logits(source, images(2, 3, 32))));
    model.dispose();
  });

  test('another class count keeps the fresh head and says so', async () => {
    const model = make(9, 3, 2);
    const head = model
      .state()
      .find((p) => p.name === 'fc.weight')!
      .tensor!.toNumbers();
    const report = await loadPretrained(model, file, { home: dir });
    assert.deepEqual(report.fresh, ['fc.weight', 'fc.bias']);
    assert.deepEqual(report.skipped.sort(), ['fc.bias', 'fc.weight']);
    assert.match(
      reportLines(report)[0]!,
      /: 120 tensors loaded, 2 left new \(fc\.weight, fc\.bias\), 2 of the source not used \(fc\.bias, fc\.weight\)$/,
    );
    assert.deepEqual(
      model
        .state()
        .find((p) => p.name === 'fc.weight')!
        .tensor!.toNumbers(),
      head,
    );
    model.dispose();
  });

  test('a grey network sees in a grey image what the RGB network sees in its copy', async () => {
    const model = make(4, 1, 2);
    const report = await loadPretrained(model, file, { home: dir });
    assert.deepEqual(report.adapted, ['conv1.weight']);
    assert.match(reportLines(report)[0]!, /adapted to the channels: conv1\.weight$/);
    assert.equal(report.normalisation.mean.length, 1);
    scope(() => {
      const grey = fromArray(pattern('grey', 2 * 32 * 32), [2, 1, 32, 32]);
      const copied: Tensor = call('aten::expand', grey, [2, 3, 32, 32], false);
      const [a, b] = [logits(model, grey), logits(source, copied)];
      assert.ok(a.every((v, i) => Math.abs(v - b[i]!) < 1e-4));
    });
    model.dispose();
  });

  test('fills a network that was never initialised', async () => {
    const model = createModel('resnet18', { classes: 9, channels: 3 });
    await loadPretrained(model, file, { home: dir, seed: 3 });
    assert.ok(model.state().every((p) => p.tensor !== undefined));
    model.dispose();
  });

  test('each source carries its normalisation', async () => {
    const half = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
    const model = make(4, 3, 2);
    const stated = join(dir, 'stated.safetensors');
    writeSafetensors(stated, stateDict(source), { normalisation: JSON.stringify(half) });
    const report = await loadPretrained(model, stated, { home: dir });
    assert.deepEqual(report.normalisation, half);
    assert.equal(reportLines(report).length, 1);
    assert.deepEqual((await loadPretrained(model, file, { home: dir, normalisation: half })).normalisation, half);
    await writeFile(`${file}.json`, JSON.stringify({ normalisation: half }));
    assert.deepEqual((await loadPretrained(model, file, { home: dir })).normalisation, half);
    await writeFile(`${file}.json`, JSON.stringify({ normalisation: { mean: [0] } }));
    await assert.rejects(loadPretrained(model, file, { home: dir }), /normalisation/);
    await rm(`${file}.json`);
    model.dispose();
  });

  test('`imagenet` fetches the published file and checks it', async () => {
    const model = make(4, 3, 2);
    const asked: string[] = [];
    const fetch = async (url: string | URL | Request) => {
      asked.push(String(url));
      return new Response('not the file');
    };
    await assert.rejects(loadPretrained(model, 'imagenet', { home: dir, fetch }), { code: 'DOWNLOAD_FAILED' });
    assert.deepEqual(asked, ['https://download.pytorch.org/models/resnet18-f37072fd.pth']);
    await assert.rejects(loadPretrained(model, 'imagenet-v2', { home: dir, fetch }), { code: 'NOT_FOUND' });
    model.dispose();
  });

  test('weights of another network, absent files and broken values are errors that name the thing', async () => {
    const other = createModel('mobilenet_v2', { classes: 4, channels: 3 });
    await assert.rejects(
      loadPretrained(other, file, { home: dir }),
      /does not fit mobilenet_v2: features\.0\.0\.weight/,
    );
    await assert.rejects(loadPretrained(other, join(dir, 'absent.pth'), { home: dir }), { code: 'NOT_FOUND' });
    const model = make(4, 3, 2);
    const broken = new Map<string, Tensor>(stateDict(source));
    scope(() => {
      broken.set('fc.bias', fromArray(new Float32Array([0, 1, Number.NaN, 3]), [4]));
      writeSafetensors(join(dir, 'nan.safetensors'), broken);
    });
    await assert.rejects(loadPretrained(model, join(dir, 'nan.safetensors'), { home: dir }), /fc\.bias.*NaN/);
    model.dispose();
  });

  test('every published file has a checksum in its name', () => {
    for (const weights of Object.values(PUBLISHED).flatMap((byName) => Object.values(byName))) {
      assert.match(weights.url, /^https:\/\/download\.pytorch\.org\/models\/[\w]+-[0-9a-f]{8}\.pth$/);
    }
  });
});

describe('freezing', () => {
  test('only the head gets gradients, and statistics stand still', () => {
    const model = make(4, 3, 5);
    assert.equal(freezeBackbone(model), 512 * 4 + 4);
    const mean = () =>
      model
        .state()
        .find((p) => p.name === 'bn1.running_mean')!
        .tensor!.toNumbers();
    const step = () =>
      scope(() => {
        const ops = new TorchOps({ training: true });
        ops.backward(call('aten::sum', model.forward(images(2, 3, 32), ops)));
        return model
          .parameters()
          .filter((p) => p.tensor!.grad !== null)
          .map((p) => p.name);
      });
    const before = mean();
    assert.deepEqual(step(), ['fc.weight', 'fc.bias']);
    assert.deepEqual(mean(), before);
    unfreeze(model);
    assert.equal(step().length, model.parameters().length);
    assert.notDeepEqual(mean(), before);
    model.dispose();
  });
});
