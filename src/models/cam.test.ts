import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { initialise } from '../nn/state.ts';
import { TorchOps } from '../nn/torch-ops.ts';
import { autogradGrad, call, manualSeed, noGrad, randn, scope, setThreads, type Tensor } from '../torch/index.ts';
import { GapClassifier } from './gap-classifier.ts';
import { createModel, modelNames, modelSpec } from './index.ts';
import { MlpClassifier } from './mlp-classifier.ts';

const ops = new TorchOps({ training: false });
// Tiny inputs: a second thread costs more than it brings.
setThreads(1);

function close(a: Tensor, b: Tensor, what: string): void {
  const [x, y] = [a.toNumbers(), b.toNumbers()];
  assert.equal(x.length, y.length);
  const scale = Math.max(...y.map(Math.abs), 1e-3);
  const worst = Math.max(...x.map((v, i) => Math.abs(v - y[i]!))) / scale;
  assert.ok(worst < 1e-4, `${what}: ${worst}`);
}

describe('class activation maps', () => {
  for (const name of ['resnet18', 'densenet121', 'mobilenet_v2']) {
    test(`${name}: the map's mean and the bias make the logit`, () => {
      const model = createModel(name, { classes: 4, channels: 3 });
      assert.ok(model instanceof GapClassifier);
      initialise(model, 3);
      scope(() =>
        noGrad(() => {
          const { logits, cam } = model.forwardAll(randn([2, 3, 96, 64]), ops);
          assert.deepEqual(cam.shape, [2, 4, 3, 2]);
          const mean: Tensor = call('aten::mean.dim', cam, [2, 3]);
          close(call('aten::add.Tensor', mean, model.head.bias.tensor!), logits, name);
        }),
      );
      model.dispose();
    });
  }

  for (const name of ['simple_cnn', 'chest_cnn']) {
    test(`${name}: HiResCAM is autograd's gradient times the maps`, () => {
      const model = createModel(name, { classes: 3, channels: 1 });
      assert.ok(model instanceof MlpClassifier);
      initialise(model, 3);
      scope(() => {
        const [h, w] = model.grid;
        const x = randn([2, 1, h * (name === 'simple_cnn' ? 8 : 16), w * (name === 'simple_cnn' ? 8 : 16)]);
        const { logits, cam, embedding } = model.forwardAll(x, ops);
        assert.deepEqual(embedding.shape, [2, modelSpec(name).embedding]);
        const maps = model.featureMaps(x, ops).detach().requiresGrad_();
        const { logits: again } = model.head.forward(call('aten::flatten.using_ints', maps, 1), ops);
        close(again, logits, 'logits');
        for (let k = 0; k < 3; k++) {
          const sum: Tensor = call('aten::sum', call('aten::select.int', again, 1, k));
          const [gradient] = autogradGrad([sum], [maps], [null], { keepGraph: true });
          const expected: Tensor = call('aten::mean.dim', call('aten::mul.Tensor', gradient!, maps), [1]);
          close(call('aten::select.int', cam, 1, k), expected, `class ${k}`);
        }
      });
      model.dispose();
    });
  }
});

describe('any input', () => {
  for (const name of modelNames().filter((n) => !/vgg|_b[1-7]|101|50|34/.test(n))) {
    test(`${name}: odd sizes, grey, one class, one image`, () => {
      manualSeed(1);
      const model = createModel(name, { classes: 1, channels: 1 });
      initialise(model, 1);
      const { minSize } = modelSpec(name);
      scope(() =>
        noGrad(() => {
          for (const [h, w] of [
            [Math.max(minSize, 28), 28 + minSize],
            [61, 45],
            [minSize, minSize],
          ] as const) {
            const { logits, cam } = model.forwardAll(randn([1, 1, h, w]), ops);
            assert.deepEqual(logits.shape, [1, 1]);
            assert.equal(cam.shape.length, 4);
            assert.ok(Number.isFinite(logits.item()));
          }
        }),
      );
      model.dispose();
    });
  }

  test('an unknown name or option is an error that helps', () => {
    assert.throws(() => createModel('efficientnet-b0', { classes: 2, channels: 3 }), {
      code: 'NOT_FOUND',
      hint: /efficientnet_b0/,
    });
    assert.throws(() => createModel('toString', { classes: 2, channels: 3 }), { code: 'NOT_FOUND' });
    assert.throws(() => createModel('resnet18', { classes: 0, channels: 3 }), { code: 'CONFIG_INVALID' });
    assert.throws(() => createModel('resnet18', { classes: 2, channels: 4 as 3 }), /channels/);
  });
});
