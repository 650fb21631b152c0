import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { type Classifier, createModel } from '../models/index.ts';
import {
  call,
  fromArray,
  getRngState,
  manualSeed,
  noGrad,
  ones,
  randn,
  scope,
  setThreads,
  type Tensor,
} from '../torch/index.ts';
import { expectNoLeak } from '../torch/testing.ts';
import { Parameter } from './parameter.ts';
import { initialise } from './state.ts';
import { TorchOps } from './torch-ops.ts';

const evaluating = new TorchOps({ training: false });
const training = new TorchOps({ training: true });
// Tiny inputs: a second thread costs more than it brings.
setThreads(1);

function build(name: string): Classifier {
  const model = createModel(name, { classes: 3, channels: 1 });
  initialise(model, 1);
  return model;
}

function step(model: Classifier, ops: TorchOps): number {
  return scope(() => {
    const target = fromArray(new BigInt64Array([0n, 2n]), [2]);
    const loss: Tensor = call('aten::cross_entropy_loss', model.forward(randn([2, 1, 40, 40]), ops), target);
    ops.backward(loss);
    return loss.item();
  });
}

function clear(model: Classifier): void {
  for (const p of model.parameters()) p.tensor!.grad = null;
}

/** Loss, gradients, running statistics and the generator after one step. */
function observe(name: string, checkpointing: boolean): unknown {
  const model = build(name);
  manualSeed(5);
  const loss = step(model, new TorchOps({ training: true, checkpointing }));
  const digests = new Map<string, string>();
  const digest = (t: Tensor) => createHash('sha256').update(t.toArray()).digest('hex');
  for (const p of model.parameters())
    digests.set(
      p.name,
      scope(() => digest(p.tensor!.grad!)),
    );
  for (const p of model.state().filter((p) => p.buffer)) digests.set(p.name, digest(p.tensor!));
  const seen = { loss, digests, rng: getRngState() };
  model.dispose();
  return seen;
}

describe('gradient checkpointing', () => {
  // Dropout and stochastic depth act in both, so the random numbers must repeat too.
  for (const name of ['efficientnet_b0', 'resnet18', 'densenet121']) {
    test(`${name}: the plain step, bit for bit`, () => {
      assert.deepEqual(observe(name, true), observe(name, false));
    });
  }
});

describe('memory', () => {
  for (const name of ['mobilenet_v2', 'densenet121']) {
    test(`${name}: inference, training and checkpointed training leave nothing behind`, () => {
      const model = build(name);
      const ops = new TorchOps({ training: true, checkpointing: true });
      expectNoLeak(() => noGrad(() => scope(() => model.forwardAll(randn([1, 1, 32, 32]), evaluating) && undefined)));
      for (const way of [training, ops]) {
        expectNoLeak(() => {
          step(model, way);
          clear(model);
        });
      }
      expectNoLeak(() => {
        scope(() => model.forward(randn([2, 1, 32, 32]), ops) && undefined);
        ops.discard();
      });
      model.dispose();
    });
  }

  test('inference frees activations on the way', () => {
    const model = build('mobilenet_v2');
    let most = 0;
    class Watching extends TorchOps {
      override conv2d(...args: Parameters<TorchOps['conv2d']>): Tensor {
        most = Math.max(most, live);
        live += 1;
        return super.conv2d(...args);
      }

      override release(x: Tensor): void {
        live -= 1;
        super.release(x);
      }
    }
    let live = 0;
    noGrad(() => scope(() => model.forward(randn([1, 1, 32, 32]), new Watching({ training: false })) && undefined));
    assert.ok(most < 25, `${most} intermediates alive`);
    model.dispose();
  });
});

describe('random layers', () => {
  test('stochastic depth drops whole samples and rescales the others', () => {
    scope(() => {
      manualSeed(1);
      const kept = training.stochasticDepth(ones([2000, 2, 1, 1]), 0.25).toNumbers();
      const values = new Set(kept.map((v) => v.toFixed(4)));
      assert.deepEqual([...values].sort(), ['0.0000', '1.3333']);
      assert.ok(kept.every((v, i) => v === kept[i - (i % 2)]));
      const mean = kept.reduce((a, b) => a + b, 0) / kept.length;
      assert.ok(Math.abs(mean - 1) < 0.05, String(mean));
      const x = ones([4, 1, 1, 1]);
      assert.equal(evaluating.stochasticDepth(x, 0.9), x);
      assert.equal(evaluating.dropout(x, 0.9), x);
    });
  });

  test('a parameter without values is an error that names it', () => {
    const p = new Parameter([1], { kind: 'ones' });
    p.name = 'features.0.weight';
    assert.throws(() => training.param(p), /features\.0\.weight has no values/);
  });
});
