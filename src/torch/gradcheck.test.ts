import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autogradGrad, noGrad } from './autograd.ts';
import { call } from './call.ts';
import { randn } from './create.ts';
import { batchNormActivation, channelScale, conv2d } from './fused.ts';
import { keep, scope } from './lifetime.ts';
import { manualSeed } from './runtime.ts';
import type { Tensor } from './tensor.ts';

/** Gradients in f64 against central differences of the result itself, as torch.autograd.gradcheck. */
function gradcheck(network: (...inputs: Tensor[]) => Tensor, shapes: number[][]): void {
  scope(() => {
    manualSeed(11);
    const inputs = shapes.map((shape) => keep(randn(shape, { dtype: 'f64' })).requiresGrad_());
    // Every element of the result counts with a weight of its own.
    const value = (): Tensor => {
      const y = network(...inputs);
      return call(
        'aten::sum',
        call(
          'aten::mul.Tensor',
          y,
          call('aten::view', call('aten::sin', call('aten::arange', y.numel, 'f64')), y.shape),
        ),
      );
    };
    const gradients = autogradGrad([value()], inputs);
    const step = 1e-6;
    for (const [i, input] of inputs.entries()) {
      const expected = gradients[i]!.toNumbers();
      const memory = input.view() as Float64Array;
      for (const [k, slope] of expected.entries()) {
        const before = memory[k]!;
        const at = (x: number): number =>
          noGrad(() =>
            scope(() => {
              memory[k] = x;
              return value().item();
            }),
          );
        const numeric = (at(before + step) - at(before - step)) / (2 * step);
        memory[k] = before;
        assert.ok(
          Math.abs(numeric - slope) < 1e-6 * Math.max(1, Math.abs(slope)),
          `input ${i}[${k}]: ${slope} is not ${numeric}`,
        );
      }
    }
    for (const input of inputs) input.dispose();
  });
}

const norm =
  (activation: 'relu' | 'silu' | 'none') =>
  (x: Tensor, weight: Tensor, bias: Tensor): Tensor =>
    batchNormActivation(
      x,
      { weight, bias, runningMean: null, runningVar: null, training: true, momentum: 0.1, eps: 1e-3 },
      activation,
    );

const cases: [string, (...inputs: Tensor[]) => Tensor, number[][]][] = [
  ['convolution', (x, w, b) => conv2d(x, w, b, [2, 1], [1, 1]), [[1, 2, 5, 4], [3, 2, 3, 3], [3]]],
  [
    'depthwise convolution',
    (x, w) => conv2d(x, w, null, [1, 1], [2, 2], [1, 1], 2),
    [
      [1, 2, 4, 4],
      [2, 1, 5, 5],
    ],
  ],
  ['BatchNorm', norm('none'), [[3, 2, 2, 2], [2], [2]]],
  ['BatchNorm and SiLU', norm('silu'), [[3, 2, 2, 2], [2], [2]]],
  ['BatchNorm and ReLU', norm('relu'), [[3, 2, 2, 2], [2], [2]]],
  [
    'channel scale',
    channelScale,
    [
      [2, 3, 2, 2],
      [2, 3, 1, 1],
    ],
  ],
  [
    'linear and log-softmax',
    (x, w, b) => call('aten::log_softmax.int', call('aten::linear', x, w, b), 1),
    [[3, 4], [5, 4], [5]],
  ],
  ['mean and sigmoid', (x) => call('aten::sigmoid', call('aten::mean.dim', x, [2, 3], true)), [[2, 3, 3, 2]]],
  ['max pooling', (x) => call('aten::max_pool2d', x, [2, 2], [2, 2]), [[1, 2, 4, 4]]],
  [
    'matrix product',
    (a, b) => call('aten::matmul', a, b),
    [
      [2, 2, 3],
      [2, 3, 2],
    ],
  ],
];

for (const [name, network, shapes] of cases) {
  test(`gradients of ${name} are its slopes`, () => gradcheck(network, shapes));
}
