import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backward } from './autograd.ts';
import { type Argument, call } from './call.ts';
import { fromArray, rand, randn, zeros } from './create.ts';
import goldens from './goldens/operators.json' with { type: 'json' };
import { scope } from './lifetime.ts';
import { getRngState, manualSeed, setRngState } from './runtime.ts';
import type { Tensor } from './tensor.ts';

const close = (actual: readonly number[], expected: readonly number[], tolerance: number, what: string): void => {
  assert.equal(actual.length, expected.length, what);
  for (const [i, value] of expected.entries()) {
    const difference = Math.abs((actual[i] as number) - value);
    assert.ok(difference <= tolerance * Math.max(1, Math.abs(value)), `${what}[${i}]: ${actual[i]} is not ${value}`);
  }
};

for (const golden of goldens.cases) {
  test(`${golden.operator} (${golden.name}) gives PyTorch's results and gradients`, () => {
    scope(() => {
      const inputs = golden.inputs.map((input) =>
        input === null ? null : fromArray(Float32Array.from(input.data), input.shape).requiresGrad_(),
      );
      const rest = golden.arguments as Argument[];
      const out: Tensor = call(golden.operator, ...inputs, ...rest);
      assert.deepEqual(out.shape, golden.shape);
      close(out.toNumbers(), golden.output, 1e-5, 'output');
      backward(out, fromArray(Float32Array.from(golden.weight), golden.shape));
      for (const [i, expected] of golden.gradients.entries()) {
        if (expected !== null) close(inputs[i]!.grad!.toNumbers(), expected, 1e-4, `gradient ${i}`);
      }
    });
  });
}

test('a seed gives the numbers that it gives in PyTorch', () => {
  scope(() => {
    manualSeed(42);
    close(randn([20]).toNumbers(), goldens.random.normal, 1e-6, 'normal');
    close(rand([5]).toNumbers(), goldens.random.uniform, 1e-8, 'uniform');
    assert.deepEqual(call('aten::bernoulli_.float', zeros([16]), 0.3).toNumbers(), goldens.random.bernoulli);
  });
});

test("the generator's state can be taken and given back", () => {
  scope(() => {
    manualSeed(3);
    randn([7]);
    const state = getRngState();
    const first = randn([33]).toNumbers();
    setRngState(state);
    assert.deepEqual(randn([33]).toNumbers(), first);
  });
});
