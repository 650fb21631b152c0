import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backward } from './autograd.ts';
import { call } from './call.ts';
import { clipGradNorm } from './clip.ts';
import { fromArray } from './create.ts';
import { useKernels } from './fused.ts';
import goldens from './goldens/optimizers.json' with { type: 'json' };
import { keep, scope } from './lifetime.ts';
import type { Optimizer, ParameterGroup } from './optimizer.ts';
import { Adam, AdamW, SGD } from './optimizers.ts';
import type { Tensor } from './tensor.ts';
import { expectNoLeak } from './testing.ts';

const make: Record<string, (groups: ParameterGroup[]) => Optimizer> = {
  sgd: (groups) => new SGD(groups),
  sgdMomentum: (groups) => new SGD(groups, { momentum: 0.9 }),
  sgdNesterov: (groups) => new SGD(groups, { momentum: 0.9, nesterov: true }),
  adam: (groups) => new Adam(groups, { betas: [0.8, 0.95], eps: 1e-6 }),
  adamw: (groups) => new AdamW(groups),
};

const tensors = (values: number[][]): Tensor[] =>
  values.map((data, i) => fromArray(Float64Array.from(data), goldens.shapes[i] as number[]));

const parametersAt = (values: number[][]): Tensor[] => tensors(values).map((tensor) => keep(tensor).requiresGrad_());

const groupsOf = (parameters: Tensor[]): ParameterGroup[] => [
  { tensors: parameters.slice(0, 2), lr: 0.05, weightDecay: 0.1 },
  { tensors: parameters.slice(2), lr: 0.01 },
];

/** The step of goldens/make_optimizers.py. */
function step(optimizer: Optimizer, parameters: Tensor[], index: number): { loss: number; norm: number | null } {
  return scope(() => {
    optimizer.zeroGrad();
    if (index === 4) optimizer.setLr(0, 0.02);
    const used = index >= 2 ? parameters : parameters.slice(0, 2);
    const [target, scale] = [tensors(goldens.target), tensors(goldens.scale)];
    const losses = used.map((p, i) => {
      const square: Tensor = call('aten::pow.Tensor_Scalar', call('aten::sub.Tensor', p, target[i]), 2);
      return call(
        'aten::sum',
        call('aten::add.Tensor', call('aten::mul.Tensor', scale[i], square), call('aten::sin', p)),
      ) as Tensor;
    });
    const loss = losses.reduce((a, b) => call('aten::add.Tensor', a, b));
    backward(loss);
    const norm = index % 2 ? clipGradNorm(parameters, 3) : null;
    optimizer.step();
    return { loss: loss.item(), norm };
  });
}

const near = (actual: number, expected: number, what: string): void =>
  assert.ok(
    Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual} is not ${expected}`,
  );

function compare(parameters: Tensor[], expected: number[][], what: string): void {
  for (const [i, values] of expected.entries()) {
    const actual = parameters[i]!.toNumbers();
    for (const [k, value] of values.entries()) near(actual[k] as number, value, `${what}, parameter ${i}[${k}]`);
  }
}

for (const [name, steps] of Object.entries(goldens.cases)) {
  test(`${name} takes the steps of torch.optim`, () => {
    scope(() => {
      const parameters = parametersAt(goldens.start);
      const optimizer = make[name]!(groupsOf(parameters));
      for (const [index, expected] of steps.entries()) {
        const { loss, norm } = step(optimizer, parameters, index);
        near(loss, expected.loss, `loss ${index}`);
        if (expected.norm !== null) near(norm as number, expected.norm, `norm ${index}`);
        compare(parameters, expected.parameters, `step ${index}`);
      }
      optimizer.dispose();
      for (const parameter of parameters) parameter.dispose();
    });
  });

  test(`${name} goes on from a saved state bit for bit`, () => {
    scope(() => {
      const [a, b] = [parametersAt(goldens.start), parametersAt(goldens.start)];
      const first = make[name]!(groupsOf(a));
      for (let index = 0; index < 5; index++) step(first, a, index);
      for (const [i, parameter] of b.entries()) call('aten::copy_', parameter.detach(), a[i]!.detach());
      const second = make[name]!(groupsOf(b));
      second.loadState(first.stateTensors(), JSON.parse(JSON.stringify(first.state())));
      for (let index = 5; index < 8; index++) {
        step(first, a, index);
        step(second, b, index);
      }
      for (const [i, parameter] of a.entries()) assert.deepEqual(b[i]!.toArray(), parameter.toArray());
      for (const one of [first, second]) one.dispose();
      for (const parameter of [...a, ...b]) parameter.dispose();
    });
  });
}

test('parameters of many sizes are updated as each would be alone', () => {
  scope(() => {
    const sizes = [0, 3, 700_000, 5, 700_000, 1_500_000, 7];
    const made = () =>
      sizes.map((size, i) => {
        const values = Float32Array.from({ length: size }, (_, k) => Math.sin(k + i));
        return keep(fromArray(values, [size])).requiresGrad_();
      });
    const all = made();
    const alone = made();
    const optimizers = [new AdamW([{ tensors: all, lr: 0.1, weightDecay: 0.1 }])];
    for (const tensor of alone) optimizers.push(new AdamW([{ tensors: [tensor], lr: 0.1, weightDecay: 0.1 }]));
    for (let round = 0; round < 2; round++) {
      for (const parameter of [...all, ...alone])
        scope(() => backward(call('aten::sum', call('aten::sin', parameter))));
      for (const optimizer of optimizers) {
        optimizer.step();
        optimizer.zeroGrad();
      }
    }
    for (const [i, parameter] of all.entries()) {
      assert.notEqual(parameter.toArray()[0], Math.fround(Math.sin(i)));
      assert.deepEqual(Buffer.from(parameter.toArray().buffer), Buffer.from(alone[i]!.toArray().buffer));
    }
    for (const optimizer of optimizers) optimizer.dispose();
    for (const parameter of [...all, ...alone]) parameter.dispose();
  });
});

for (const set of ['avx512', 'avx2', 'none'] as const) {
  test(`f32 parameters of any layout take the steps of f64 ones, kernels: ${set}`, (t) => {
    try {
      useKernels(set);
    } catch {
      t.skip('this processor has no such instructions');
      return;
    }
    t.after(() => useKernels('best'));
    scope(() => {
      const shapes = [[3], [64, 32, 3, 3], [40, 24, 1, 1], [70_001], []];
      const made = (dtype: 'f32' | 'f64') =>
        shapes.map((shape, i) => {
          const count = shape.reduce((a, b) => a * b, 1);
          const values = Float64Array.from({ length: count }, (_, k) => Math.fround(Math.sin(k + i)));
          const tensor: Tensor = call('aten::view', fromArray(values, [count]), shape).to(dtype);
          const laid: Tensor = i === 1 ? call('aten::contiguous', tensor, 'channels_last') : tensor;
          return keep(laid.detach()).requiresGrad_();
        });
      const [single, double] = [made('f32'), made('f64')];
      const groups = (tensors: Tensor[]) => [{ tensors, lr: 0.01, weightDecay: 0.3 }];
      const optimizers = [new AdamW(groups(single)), new AdamW(groups(double))];
      for (let round = 1; round <= 5; round++) {
        for (const parameter of [...single, ...double]) {
          scope(() => {
            const scaled: Tensor = call('aten::mul.Scalar', parameter, round);
            backward(call('aten::sum', call('aten::sin', scaled)));
          });
        }
        for (const optimizer of optimizers) {
          optimizer.step();
          optimizer.zeroGrad();
        }
      }
      for (const [i, parameter] of single.entries()) {
        const [found, expected] = [parameter.toNumbers(), double[i]!.toNumbers()];
        for (const [k, value] of expected.entries())
          assert.ok(Math.abs(found[k]! - value) <= 2e-6, `parameter ${i}[${k}]: ${found[k]} is not ${value}`);
      }
      for (const optimizer of optimizers) optimizer.dispose();
      for (const parameter of [...single, ...double]) parameter.dispose();
    });
  });
}

test('steps leave nothing behind', () => {
  scope(() => {
    const parameters = parametersAt(goldens.start);
    const optimizer = new AdamW(groupsOf(parameters));
    expectNoLeak(() => {
      for (let index = 0; index < 4; index++) step(optimizer, parameters, index);
      optimizer.zeroGrad();
    });
    optimizer.dispose();
    for (const parameter of parameters) parameter.dispose();
  });
});

test('a state of another optimiser is refused', () => {
  scope(() => {
    const parameters = parametersAt(goldens.start);
    const sgd = new SGD(groupsOf(parameters));
    const adam = new Adam(groupsOf(parameters));
    assert.throws(() => adam.loadState(new Map(), sgd.state()), { code: 'WEIGHTS_INVALID' });
    assert.throws(() => sgd.setLr(2, 1), /2 groups, not a group 2/);
    for (const parameter of parameters) parameter.dispose();
  });
});
