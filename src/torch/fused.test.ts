import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { autocast, backward } from './autograd.ts';
import { call } from './call.ts';
import { randn, zeros } from './create.ts';
import { batchNormActivation, bf16Convolutions, channelScale, conv2d, useKernels } from './fused.ts';
import { scope } from './lifetime.ts';
import { manualSeed, setThreads, versions } from './runtime.ts';
import type { Tensor } from './tensor.ts';
import { expectNoLeak } from './testing.ts';

// The sizes are small; with one thread the tests don't wait for each other's.
setThreads(1);
after(() => useKernels('best'));

/** The sets this processor has. */
const sets = (['avx512', 'avx2'] as const).filter((name) => {
  try {
    return useKernels(name) === name;
  } catch {
    return false;
  }
});

const channelsLast = (x: Tensor): Tensor => call('aten::contiguous', x, 'channels_last');
const norm = (x: Tensor): number => call('aten::linalg_vector_norm', x.detach().to('f64'), 2).item();
const apart = (a: Tensor, b: Tensor): number =>
  norm(call('aten::sub.Tensor', a.detach().to('f64'), b.detach())) / (norm(b) + 1e-30);

type Network = (leaves: Tensor[]) => Tensor;

/**
 * Runs the same network on leaves in f64 (where only ATen's operators apply) and in f32 or bf16 with the kernels, and compares
 * result and gradients by the norm of their difference.
 */
function compare(
  network: Network,
  leaves: Tensor[],
  images: number,
  dtype: 'f32' | 'bf16',
  tolerance: number,
  what: string,
): void {
  const run = (kind: 'f64' | 'f32' | 'bf16'): Tensor[] => {
    // Images in the type asked for, parameters in f32 beside bf16 images, as under autocast. Both runs start from the same values.
    const own = leaves.map((leaf, i) => {
      const rounded = leaf.to(i < images ? dtype : 'f32').to(kind === 'bf16' && i >= images ? 'f32' : kind);
      return (i < images ? channelsLast(rounded) : rounded.detach()).detach().requiresGrad_();
    });
    const y = network(own);
    // Not around zero: sums that cancel would compare nothing but rounding.
    const weight = call('aten::add.Scalar', call('aten::cos', call('aten::arange', y.numel, 'f64')), 0.5) as Tensor;
    backward(y, channelsLast(call('aten::view', weight.to(dtype).to(kind === 'f64' ? 'f64' : y.dtype), y.shape)));
    return [y, ...own.map((leaf) => leaf.grad!)];
  };
  const expected = run('f64');
  for (const [i, found] of run(dtype).entries()) {
    const difference = apart(found, expected[i]!);
    assert.ok(difference < tolerance, `${what}: ${i === 0 ? 'result' : `gradient ${i - 1}`} is off by ${difference}`);
  }
}

const tolerances = [
  ['f32', 2e-6],
  ['bf16', 6e-3],
] as const;

for (const set of sets) {
  for (const [dtype, tolerance] of tolerances) {
    test(`BatchNorm and activation by ${set} in ${dtype} equal ATen in f64`, () => {
      scope(() => {
        assert.equal(useKernels(set), set);
        manualSeed(2);
        for (const activation of ['none', 'relu', 'relu6', 'silu'] as const) {
          for (const channels of [3, 24, 64, 145]) {
            for (const training of [true, false]) {
              const x: Tensor = call('aten::add.Scalar', call('aten::mul.Scalar', randn([3, channels, 9, 7]), 2), 1);
              const statistics = { mean: randn([channels]), variance: call('aten::abs', randn([channels])) as Tensor };
              compare(
                ([image, weight, bias]) => {
                  const f64 = image!.dtype === 'f64';
                  const o = {
                    weight: weight!,
                    bias: bias!,
                    runningMean: f64 ? statistics.mean.to('f64') : statistics.mean.to('f32'),
                    runningVar: f64 ? statistics.variance.to('f64') : statistics.variance.to('f32'),
                    training,
                    momentum: 0,
                    eps: 1e-3,
                  };
                  return batchNormActivation(image!, o, activation);
                },
                [x, randn([channels]), randn([channels])],
                1,
                dtype,
                // A value that rounding moves across an edge of ReLU moves a whole gradient with it.
                activation === 'none' || activation === 'silu' ? tolerance * 3 : Math.max(tolerance * 3, 1e-5),
                `${activation}, ${channels} channels, ${training ? 'training' : 'running statistics'}`,
              );
            }
          }
        }
      });
    });

    test(`depthwise convolution by ${set} in ${dtype} equals ATen in f64`, () => {
      scope(() => {
        useKernels(set);
        manualSeed(3);
        for (const kernel of [3, 5]) {
          for (const stride of [1, 2]) {
            for (const [channels, h, w] of [
              [4, 5, 6],
              [32, 14, 14],
              [41, 9, 1],
            ] as const) {
              compare(
                ([image, weight]) => {
                  const p = (kernel - 1) / 2;
                  return conv2d(image!, weight!, null, [stride, stride], [p, p], [1, 1], channels);
                },
                [randn([2, channels, h, w]), randn([channels, 1, kernel, kernel])],
                dtype === 'bf16' ? 2 : 1,
                dtype,
                tolerance,
                `${kernel}x${kernel}, stride ${stride}, ${channels} channels, ${h}x${w}`,
              );
            }
          }
        }
      });
    });

    test(`channel scale by ${set} in ${dtype} equals ATen in f64`, () => {
      scope(() => {
        useKernels(set);
        for (const channels of [5, 80]) {
          compare(
            ([x, s]) => channelScale(x!, s!),
            [randn([2, channels, 6, 5]), randn([2, channels, 1, 1])],
            2,
            dtype,
            tolerance,
            `${channels} channels`,
          );
        }
      });
    });
  }
}

test('statistics far from zero keep their digits, and running ones are updated', () => {
  useKernels('best');
  scope(() => {
    manualSeed(5);
    const x = channelsLast(call('aten::add.Scalar', randn([4, 8, 16, 16]), 1000));
    const run = (image: Tensor): Tensor[] => {
      const like = (value: number): Tensor => call('aten::full', [8], value, image.dtype);
      const [runningMean, runningVar] = [like(0), like(1)];
      const y = batchNormActivation(
        image,
        { weight: like(1), bias: like(0), runningMean, runningVar, training: true, momentum: 0.1, eps: 1e-5 },
        'none',
      );
      return [y, runningMean, runningVar];
    };
    const expected = run(x.to('f64'));
    for (const [i, found] of run(x).entries())
      assert.ok(apart(found, expected[i]!) < 5e-5, `${i}: ${apart(found, expected[i]!)}`);
  });
});

test('a result that is not a number is not hidden', () => {
  scope(() => {
    const x = channelsLast(call('aten::full', [2, 16, 4, 4], Number.NaN, 'f32'));
    const [one, nil] = [call('aten::ones', [16]), zeros([16])];
    for (const activation of ['none', 'relu', 'relu6', 'silu'] as const) {
      const o = { weight: one, bias: nil, runningMean: nil, runningVar: one, training: false, momentum: 0, eps: 1e-5 };
      assert.ok(Number.isNaN(batchNormActivation(x, o, activation).toNumbers()[0]), activation);
    }
  });
});

/** A piece of EfficientNet; returns all gradients. */
function piece(threads: number): Tensor[] {
  setThreads(threads);
  manualSeed(9);
  const leaves = [
    channelsLast(randn([4, 32, 12, 12])),
    randn([32, 1, 5, 5]),
    randn([32]),
    randn([32]),
    randn([4, 32, 1, 1]),
  ].map((t) => t.requiresGrad_());
  const [x, kernel, weight, bias, s] = leaves as [Tensor, Tensor, Tensor, Tensor, Tensor];
  const y = conv2d(x, kernel, null, [1, 1], [2, 2], [1, 1], 32);
  const z = batchNormActivation(
    y,
    { weight, bias, runningMean: null, runningVar: null, training: true, momentum: 0.1, eps: 1e-5 },
    'silu',
  );
  backward(call('aten::sum', call('aten::sin', channelScale(z, s))));
  return leaves.map((leaf) => leaf.grad!);
}

test('the kernels give the same bits every time, on any number of threads', () => {
  const { threads } = versions();
  scope(() => {
    const first = piece(1);
    for (const [i, gradient] of piece(2).entries()) assert.deepEqual(gradient.toArray(), first[i]!.toArray());
  });
  setThreads(threads);
});

test('mixed precision casts a depthwise convolution, and leaks nothing', () => {
  expectNoLeak(() => {
    scope(() => {
      const x = channelsLast(randn([2, 16, 8, 8]));
      const weight = randn([16, 1, 5, 5]).requiresGrad_();
      const y = autocast('bf16', () => conv2d(x, weight, null, [1, 1], [2, 2], [1, 1], 16));
      assert.equal(y.dtype, 'bf16');
      backward(call('aten::sum', y.to('f32')));
      assert.equal(weight.grad!.dtype, 'f32');
    });
  });
});

test('a second derivative is refused, not wrong', () => {
  scope(() => {
    const [x, s] = [channelsLast(randn([1, 8, 2, 2])).requiresGrad_(), randn([1, 8, 1, 1])];
    const y = call('aten::sum', channelScale(x, s));
    assert.throws(() => backward(y, null, { createGraph: true }), /osler::channel_scale has no second derivative/);
  });
});

test('a bf16 convolution on f32 units equals one on bf16 units, gradients included', () => {
  const before = bf16Convolutions();
  const run = (units: 'bf16' | 'f32'): Tensor[] => {
    assert.equal(bf16Convolutions(units), units);
    manualSeed(5);
    const image = channelsLast(randn([2, 16, 9, 7]))
      .detach()
      .requiresGrad_();
    const weight = call('aten::mul.Scalar', randn([12, 8, 3, 3]), 0.2)
      .detach()
      .requiresGrad_() as Tensor;
    const bias = randn([12]).requiresGrad_();
    const y = autocast('bf16', () => conv2d(image, weight, bias, [2, 1], [1, 0], [1, 1], 2));
    assert.equal(y.dtype, 'bf16');
    backward(y, y.detach());
    return [y, image.grad!, weight.grad!, bias.grad!];
  };
  try {
    scope(() => {
      const [native, wide] = [run('bf16'), run('f32')];
      for (const [i, found] of wide.entries()) {
        assert.equal(found.dtype, native[i]!.dtype);
        const difference = apart(found.to('f32'), native[i]!.to('f32'));
        assert.ok(difference < 4e-3, `tensor ${i} is off by ${difference}`);
      }
    });
    expectNoLeak(() => scope(() => void run('f32')));
  } finally {
    bf16Convolutions(before);
  }
});

test('without running statistics BatchNorm falls back to ATen for what its kernel does not take', () => {
  scope(() => {
    const contiguous = randn([2, 3, 4, 5]);
    const o = { weight: randn([3]), bias: randn([3]), training: true, momentum: 0.1, eps: 1e-3 };
    const plain = batchNormActivation(contiguous, { ...o, runningMean: null, runningVar: null }, 'relu');
    const fused = batchNormActivation(channelsLast(contiguous), { ...o, runningMean: null, runningVar: null }, 'relu');
    assert.ok(apart(fused, plain) < 1e-6);
  });
});
