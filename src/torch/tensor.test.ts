import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './call.ts';
import { arange, copy_, fromArray, fromArrayNHWC, full, ones, zeros } from './create.ts';
import { keep, scope } from './lifetime.ts';
import { memory } from './runtime.ts';
import type { Tensor } from './tensor.ts';
import { expectNoLeak } from './testing.ts';

test('a typed array is a tensor over the same memory', () => {
  const data = new Float32Array([1, 2, 3, 4, 5, 6]);
  scope(() => {
    const tensor = fromArray(data, [2, 3]);
    assert.deepEqual([tensor.shape, tensor.dtype, tensor.device, tensor.numel], [[2, 3], 'f32', 'cpu', 6]);
    call('aten::mul_.Scalar', tensor, 2);
    assert.deepEqual([...data], [2, 4, 6, 8, 10, 12]);
    data[0] = 7;
    assert.equal(tensor.toNumbers()[0], 7);
    const copy = fromArray(data, [6], { copy: true });
    data[0] = 9;
    assert.equal(copy.toNumbers()[0], 7);
  });
});

test('memory shared between threads is taken as it is', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(12)).fill(3);
  scope(() => {
    const tensor = fromArrayNHWC(shared, [1, 2, 2, 3]);
    shared[4] = 200;
    assert.deepEqual(tensor.shape, [1, 3, 2, 2]);
    assert.deepEqual(tensor.strides, [12, 1, 6, 3]);
    assert.deepEqual(tensor.toNumbers(), [3, 3, 3, 3, 3, 200, 3, 3, 3, 3, 3, 3]);
  });
});

test('memory stays alive while a tensor uses it, and is let go after', async () => {
  const before = process.memoryUsage().arrayBuffers;
  const tensors = Array.from({ length: 8 }, () => fromArray(new Float32Array(1 << 20).fill(5), [1 << 20]));
  assert.equal((call('aten::sum', tensors[3]!) as Tensor).item(), 5 * (1 << 20));
  for (const tensor of tensors) tensor.dispose();
  memory();
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect) {
    await sleep(10);
    collect();
    assert.ok(process.memoryUsage().arrayBuffers < before + (8 << 20));
  }
});

test('a view shares memory in the other direction and outlives its tensor', () => {
  const view = scope(() => {
    const tensor = full([4], 2.5);
    const array = tensor.view() as Float32Array;
    call('aten::add_.Scalar', tensor, 1);
    return array;
  });
  assert.deepEqual([...view], [3.5, 3.5, 3.5, 3.5]);
});

test('types and devices are converted', () => {
  scope(() => {
    const tensor = fromArray(new Float32Array([1.5, -2.25, 300]), [3]);
    assert.deepEqual(tensor.to('i32').toArray(), new Int32Array([1, -2, 300]));
    assert.deepEqual(tensor.to('bf16').toArray(), new Float32Array([1.5, -2.25, 300]));
    assert.equal(tensor.to('cpu').dtype, 'f32');
    assert.deepEqual(arange(3).toArray(), new BigInt64Array([0n, 1n, 2n]));
    assert.deepEqual(copy_(zeros([3]), arange(3)).toNumbers(), [0, 1, 2]);
  });
});

test('wrong sizes are refused in words', () => {
  assert.throws(() => fromArray(new Float32Array(5), [2, 3]), /the shape needs 6 elements of f32, the memory has 5/);
  scope(() => assert.throws(() => ones([2]).item(), { code: 'ENGINE_FAILED', message: /one element/ }));
});

test('a tensor that is gone says so', () => {
  const tensor = zeros([2]);
  tensor.dispose();
  tensor.dispose();
  assert.throws(() => tensor.shape, { name: 'TensorDisposedError', code: 'TENSOR_DISPOSED' });
  assert.throws(() => call('aten::neg', tensor), { code: 'TENSOR_DISPOSED' });
  const late = scope(() => {
    const inner = zeros([1]);
    return () => inner.item();
  });
  assert.throws(late, { code: 'TENSOR_DISPOSED' });
});

test('a scope frees what is not returned', () => {
  expectNoLeak(() => {
    const kept = scope(() => {
      const [a, b, c] = [zeros([100]), ones([100]), ones([100])];
      call('aten::add.Tensor', a, b);
      return { list: [a], map: new Map([['b', { c }]]) };
    });
    assert.equal(kept.list[0]!.toNumbers()[0], 0);
    assert.equal(kept.map.get('b')!.c.numel, 100);
    kept.list[0]!.dispose();
    kept.map.get('b')!.c.dispose();
  });
});

test('what an inner scope returns belongs to the outer one', () => {
  expectNoLeak(() => {
    scope(() => {
      const inner = scope(() => ones([3]));
      assert.equal(inner.toNumbers().length, 3);
    });
  });
});

test('an exception frees everything', () => {
  expectNoLeak(() => {
    assert.throws(
      () =>
        scope(() => {
          zeros([5]);
          throw new Error('on purpose');
        }),
      /on purpose/,
    );
  });
});

test('keep takes a tensor out of its scope, using disposes of it', () => {
  expectNoLeak(() => {
    let held: Tensor | undefined;
    scope(() => {
      held = keep(ones([2]));
    });
    assert.deepEqual(held!.toNumbers(), [1, 1]);
    held!.dispose();
    using other = zeros([2]);
    assert.equal(other.numel, 2);
  });
});

test('a promise is refused', () => {
  assert.throws(() => scope(async () => 1), /asynchronous/);
});

test('memory of sizes that are not used any more makes room for those that are', () => {
  const [count, before] = [20, memory().bytes];
  /** So many tensors at once; how many bytes of them came from what is kept. */
  const fill = (megabytes: number): number =>
    scope(() => {
      const { cached } = memory();
      for (let i = 0; i < count; i++) zeros([megabytes << 18]);
      return cached - memory().cached;
    });
  // More at once than anything before, and than what may be kept beside what is in use.
  fill(40);
  assert.equal(fill(36), 0);
  assert.equal(fill(36), count * (36 << 20));
  assert.equal(memory().bytes, before);
});
