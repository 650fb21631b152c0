import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { backward, fromArray, scope } from '../torch/index.ts';
import { classWeights, createLoss, LossConfig } from './losses.ts';

const golden = JSON.parse(readFileSync(new URL('./goldens/losses.json', import.meta.url), 'utf8'));

function check(
  name: string,
  config: unknown,
  options: { two?: boolean; soft?: boolean; counts?: number[] } = {},
): void {
  const K = options.two ? 2 : 4;
  const classes = Array.from({ length: K }, (_, k) => `c${k}`);
  const loss = createLoss(LossConfig.parse(config), classes, options.counts ?? classes.map(() => 1));
  scope(() => {
    const z = fromArray(Float32Array.from(options.two ? golden.two : golden.logits), [6, K]).requiresGrad_();
    const labels = fromArray(Int32Array.from(options.two ? golden.labels2 : golden.labels), [6]).to('i64');
    const soft = options.soft ? fromArray(Float32Array.from(golden.soft), [6, K]) : null;
    const value = loss(z, labels, soft);
    backward(value);
    const expected = golden[name];
    assert.ok(Math.abs(value.item() - expected.loss) < 1e-6, `${name}: ${value.item()} is not ${expected.loss}`);
    (z.grad!.toArray() as Float32Array).forEach((g, i) => {
      assert.ok(Math.abs(g - expected.grad[i]) < 1e-6, `${name} gradient ${i}: ${g} is not ${expected.grad[i]}`);
    });
  });
}

test('losses and their gradients equal PyTorch', () => {
  check('plain', { kind: 'crossEntropy' });
  check('smooth', { kind: 'crossEntropy', labelSmoothing: 0.1 });
  check('weighted', { kind: 'crossEntropy', classWeights: golden.weights });
  check('soft_', { kind: 'crossEntropy', classWeights: golden.weights, labelSmoothing: 0.1 }, { soft: true });
  check('focal', { kind: 'focal' });
  check('focalWeighted', { kind: 'focal', gamma: 1.5, classWeights: golden.weights });
  check('binary', { kind: 'binary', positiveWeight: 3 }, { two: true });
  check('binary', { kind: 'binary', positiveWeight: 'balanced' }, { two: true, counts: [30, 10] });
  // Without focus it is cross-entropy.
  check('plain', { kind: 'focal', gamma: 0 });
});

test('balanced weights are those of scikit-learn; wrong ones are named', () => {
  const config = (loss: unknown) => LossConfig.parse(loss);
  assert.deepEqual(classWeights(config({ kind: 'focal', classWeights: 'balanced' }), ['a', 'b'], [30, 10]), [
    40 / 60,
    2,
  ]);
  assert.deepEqual(classWeights(config({ kind: 'crossEntropy', classWeights: 'rootBalanced' }), ['a', 'b'], [2, 18]), [
    Math.sqrt(5),
    Math.sqrt(20 / 36),
  ]);
  assert.equal(classWeights(config({ kind: 'crossEntropy' }), ['a', 'b'], [30, 10]), null);
  assert.throws(
    () => classWeights(config({ kind: 'crossEntropy', classWeights: [1] }), ['a', 'b'], [1, 1]),
    /1 values for 2 classes/,
  );
  assert.throws(
    () => classWeights(config({ kind: 'crossEntropy', classWeights: 'balanced' }), ['a', 'b'], [1, 0]),
    /'b' has none/,
  );
  assert.throws(() => createLoss(config({ kind: 'binary' }), ['a', 'b', 'c'], [1, 1, 1]), /two classes/);
});
