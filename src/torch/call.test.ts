import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autocast, autogradGrad, backward, noGrad } from './autograd.ts';
import { call } from './call.ts';
import { fromArray, ones, randn, zeros } from './create.ts';
import { scope } from './lifetime.ts';
import { manualSeed, versions } from './runtime.ts';
import type { Tensor } from './tensor.ts';
import { expectNoLeak } from './testing.ts';

test('arguments are converted by the schema, and left out ones get its defaults', () => {
  scope(() => {
    const x = fromArray(new Float32Array([3, 1, 2, 6, 5, 4]), [2, 3]);
    assert.deepEqual(call('aten::add.Scalar', x, 1).toNumbers(), [4, 2, 3, 7, 6, 5]);
    const [values, indices] = call('aten::sort', x, 1, true) as [Tensor, Tensor];
    assert.deepEqual(values.toNumbers(), [3, 2, 1, 6, 5, 4]);
    assert.equal(indices.dtype, 'i64');
    assert.deepEqual(
      (call('aten::split.Tensor', x, 2, 1) as Tensor[]).map((part) => part.shape),
      [
        [2, 2],
        [2, 1],
      ],
    );
    assert.deepEqual(call('aten::index.Tensor', x, [null, call('aten::argmax', x, 0)]).shape, [2, 3]);
    assert.equal(call('aten::allclose', x, x), true);
    assert.equal(call('aten::size.int', x, 1), 3);
    assert.equal(call('aten::mul_.Tensor', x, x), x);
    assert.equal(call('aten::add.Scalar', zeros([1], { dtype: 'i64' }), 2).dtype, 'i64');
  });
});

test('an error names the operator and the shapes, without a back-trace', () => {
  scope(() => {
    assert.throws(
      () => call('aten::mm', zeros([2, 3]), zeros([2, 3], { dtype: 'f64' })),
      (error: Error) => {
        assert.match(error.message, /^aten::mm failed: .* Given: self \[2, 3\] f32, mat2 \[2, 3\] f64\.$/);
        assert.doesNotMatch(error.message, /frame #|\.cpp|Exception raised/);
        return true;
      },
    );
    assert.throws(() => call('aten::no_such'), /LibTorch has no operator aten::no_such/);
    assert.throws(() => call('aten::mm', zeros([1, 1])), /needs the argument mat2/);
    assert.throws(() => call('aten::sum.dim_IntList', zeros([1]), [0.5]), /argument dim .*expected an integer/);
    assert.throws(
      () => backward(ones([2]).requiresGrad_()),
      /backward of \[2\] f32 failed: grad can be implicitly created only for scalar/,
    );
  });
});

test('gradients of gradients', () => {
  scope(() => {
    const x = fromArray(new Float64Array([2, 3]), [2]).requiresGrad_();
    const y: Tensor = call('aten::sum', call('aten::pow.Tensor_Scalar', x, 3));
    const [first] = autogradGrad([y], [x], [null], { createGraph: true });
    assert.deepEqual(first!.toNumbers(), [12, 27]);
    backward(call('aten::sum', first!));
    assert.deepEqual(x.grad!.toNumbers(), [12, 18]);
  });
});

test('noGrad records nothing, autocast computes convolutions in bf16', () => {
  scope(() => {
    const x = randn([1, 3, 4, 4]).requiresGrad_();
    const w = randn([2, 3, 3, 3]);
    assert.equal(noGrad(() => call('aten::conv2d', x, w) as Tensor).requiresGrad, false);
    assert.equal(autocast('bf16', () => call('aten::conv2d', x, w) as Tensor).dtype, 'bf16');
    assert.equal(autocast('bf16', () => autocast('off', () => call('aten::conv2d', x, w) as Tensor)).dtype, 'f32');
    assert.equal((call('aten::conv2d', x, w) as Tensor).dtype, 'f32');
    assert.throws(() => noGrad(async () => 1), /asynchronous/);
  });
});

test('forward and backward leave nothing behind', () => {
  scope(() => {
    manualSeed(1);
    const w = randn([8, 3, 3, 3]).requiresGrad_();
    expectNoLeak(() => {
      scope(() => {
        const y = call('aten::relu', call('aten::conv2d', randn([2, 3, 16, 16]), w));
        backward(call('aten::mean', y));
        w.grad = null;
      });
    });
  });
});

test('versions say what is at work', () => {
  const { libtorch, cpuCapability, threads, cuda } = versions();
  assert.match(libtorch, /^\d+\.\d+/);
  assert.match(cpuCapability, /^[A-Za-z0-9 ]+$/);
  assert.ok(threads >= 1 && cuda >= 0);
});
