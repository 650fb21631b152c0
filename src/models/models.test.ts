import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { TorchOps } from '../nn/torch-ops.ts';
import { call, fromArray, noGrad, scope, setThreads, type Tensor } from '../torch/index.ts';
import { fill, images } from './goldens/pattern.ts';
import { type Classifier, createModel, modelNames, modelSpec } from './index.ts';

interface Golden {
  parameters: number;
  state: string;
  size: number;
  gain: number;
  logits: number[];
  train?: { loss: number; gradients: Record<string, number[]>; statistics: Record<string, number[]> };
}
const GOLDENS = JSON.parse(readFileSync(new URL('goldens/models.json', import.meta.url), 'utf8')) as Record<
  string,
  Golden
>;
const CLASSES = 5;
// Tiny inputs: a second thread costs more than it brings.
setThreads(1);
const evaluating = new TorchOps({ training: false });

function crossEntropy(logits: Tensor, targets: number[]): Tensor {
  return call('aten::cross_entropy_loss', logits, fromArray(BigInt64Array.from(targets.map(BigInt)), [targets.length]));
}

function gradients(model: Classifier): Map<string, Tensor> {
  return new Map(model.parameters().map((p) => [p.name, p.tensor!.grad!]));
}

function close(actual: Iterable<number>, expected: readonly number[], tolerance: number, what: string): void {
  const values = [...actual];
  assert.equal(values.length, expected.length, what);
  const worst = Math.max(...values.map((v, i) => Math.abs(v - expected[i]!)));
  assert.ok(worst <= tolerance, `${what}: differs by ${worst} (${values.slice(0, 5)} against ${expected.slice(0, 5)})`);
}

test('the registry and the goldens name the same networks', () => {
  assert.deepEqual(modelNames().sort(), Object.keys(GOLDENS).sort());
});

for (const [name, golden] of Object.entries(GOLDENS)) {
  describe(name, () => {
    test("has torchvision's names, shapes and parameter count", () => {
      const full = createModel(name, { classes: 1000, channels: 3 });
      assert.equal(full.parameterCount(), golden.parameters);
      const listing = full.state().map((p) => `${p.name}:[${p.shape}]\n`);
      assert.equal(createHash('sha256').update(listing.join('')).digest('hex'), golden.state);
      const spec = modelSpec(name);
      assert.deepEqual(
        full
          .state()
          .find((p) => p.name === spec.firstConv)
          ?.shape.at(1),
        3,
      );
      assert.deepEqual(full.state().find((p) => p.name === `${spec.headPrefix}weight`)?.shape, [1000, spec.embedding]);
    });

    test("gives torchvision's logits, with embedding and activation map, and gradients everywhere", () => {
      const model = createModel(name, { classes: CLASSES, channels: 3 });
      fill(model, golden.gain);
      scope(() => {
        const x = images(2, 3, golden.size);
        const { logits, embedding, cam } = noGrad(() => model.forwardAll(x, evaluating));
        close(logits.toNumbers(), golden.logits, 1e-4, 'logits');
        assert.deepEqual(embedding.shape, [2, modelSpec(name).embedding]);
        assert.equal(cam.shape[0], 2);
        assert.equal(cam.shape[1], CLASSES);
        const ops = new TorchOps({ training: true });
        ops.backward(crossEntropy(model.forward(x, ops), [1, 3]));
        for (const [parameter, gradient] of gradients(model)) {
          assert.ok(gradient !== null, `${parameter} got no gradient`);
        }
      });
      model.dispose();
    });

    const { train } = golden;
    if (train === undefined) return;
    test("takes torchvision's training step: loss, gradients, running statistics", () => {
      const model = createModel(name, { classes: CLASSES, channels: 3, dropout: 0, stochasticDepth: 0 });
      fill(model, golden.gain);
      scope(() => {
        const ops = new TorchOps({ training: true });
        const loss = crossEntropy(model.forward(images(4, 3, 64), ops), [0, 1, 2, 4]);
        close([loss.item()], [train.loss], 1e-5, 'loss');
        ops.backward(loss);
        const found = gradients(model);
        for (const [parameter, expected] of Object.entries(train.gradients)) {
          const g = found.get(parameter)!;
          const [norm, sum, ...first] = expected as [number, number, ...number[]];
          const measured = (name: string) => (call(name, g) as Tensor).item();
          // Rounding turns a ReLU here and there, also between two runs of PyTorch in different layouts; a sum shows it most.
          close([measured('aten::norm.Scalar')], [norm], 2e-3 * norm + 1e-5, `norm of the gradient of ${parameter}`);
          close([measured('aten::sum')], [sum], 1e-2 * norm + 1e-4, `sum of the gradient of ${parameter}`);
          close(g.toNumbers().slice(0, first.length), first, 1e-3 * norm + 1e-5, `gradient of ${parameter}`);
        }
        for (const [buffer, expected] of Object.entries(train.statistics)) {
          const values = model.state().find((p) => p.name === buffer)!.tensor!;
          const norm: Tensor = call('aten::norm.Scalar', values);
          close([norm.item(), ...values.toNumbers().slice(0, 3)], expected, 1e-4 * expected[0]!, buffer);
        }
      });
      model.dispose();
    });
  });
}
