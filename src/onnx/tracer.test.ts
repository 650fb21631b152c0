import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BatchNormArgs, Ops } from '../nn/ops.ts';
import { foldBatchNorm } from './fold.ts';
import { modelProto, serialise } from './serialise.ts';
import { createSession } from './session.ts';
import { onnxChecker, parameterList, randomWeights, tinyNetwork } from './testing.ts';
import { traceModel } from './trace-model.ts';
import { Tracer } from './tracer.ts';

type Packed = { shape: number[]; data: number[] };
const goldens = JSON.parse(readFileSync(new URL('./goldens/tracer.json', import.meta.url), 'utf8')) as Record<
  string,
  { x: Packed; params: Record<string, Packed>; y: Packed }
>;

type Case = <T>(ops: Ops<T>, x: T, p: (name: string) => T) => T;
const norm = <T>(p: (name: string) => T, prefix = ''): BatchNormArgs<T> => ({
  weight: p(`${prefix}weight`),
  bias: p(`${prefix}bias`),
  runningMean: p(`${prefix}mean`),
  runningVar: p(`${prefix}var`),
  training: false,
  momentum: 0.1,
  eps: 1e-3,
});
const plain = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 } as const;

const cases: Record<string, Case> = {
  conv: (ops, x, p) => ops.conv2d(x, p('w'), p('b'), { stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2 }),
  convBatchNormSilu: (ops, x, p) =>
    ops.batchNorm(ops.conv2d(x, p('w'), null, { ...plain, padding: [1, 1], groups: 4 }), norm(p), 'silu'),
  convBiasBatchNorm: (ops, x, p) => ops.batchNorm(ops.conv2d(x, p('w'), p('b'), plain), norm(p, 'n'), 'none'),
  batchNormRelu6: (ops, x, p) => {
    const y = ops.batchNorm(x, norm(p), 'none');
    return ops.activate(ops.add(ops.add(y, y), y), 'relu6');
  },
  linear: (ops, x, p) => ops.activate(ops.linear(ops.dropout(x, 0.5), p('w'), p('b')), 'sigmoid'),
  maxPoolCeil: (ops, x) => ops.maxPool2d(x, { kernel: [3, 2], stride: [2, 2], padding: [1, 0], ceilMode: true }),
  maxPoolCeilEdge: (ops, x) => ops.maxPool2d(x, { kernel: [2, 2], stride: [2, 2], padding: [1, 1], ceilMode: true }),
  avgPoolPadded: (ops, x) => ops.avgPool2d(x, { kernel: [3, 3], stride: [2, 2], padding: [1, 1] }),
  avgPoolUncounted: (ops, x) =>
    ops.avgPool2d(x, { kernel: [3, 3], stride: [2, 2], padding: [1, 1], countIncludePad: false }),
  avgPoolCeil: (ops, x) => ops.avgPool2d(x, { kernel: [2, 2], stride: [2, 2], padding: [0, 0], ceilMode: true }),
  adaptiveUneven: (ops, x) => ops.adaptiveAvgPool2d(x, [3, 2]),
  adaptiveUp: (ops, x) => ops.adaptiveAvgPool2d(x, [9, 5]),
  adaptiveEven: (ops, x) => ops.adaptiveAvgPool2d(x, [2, 3]),
  adaptiveOne: (ops, x) => ops.adaptiveAvgPool2d(x, [1, 1]),
  meanCat: (ops, x) => ops.cat([ops.mean(x, [2, 3], false), ops.mean(ops.mul(x, ops.step(x)), [-1, -2], false)], 1),
  matmulReshape: (ops, x, p) => {
    const [n] = ops.shape(x);
    return ops.reshape(ops.matmul(p('w'), ops.reshape(x, [n!, 4, 35])), [n!, 3, 7, 5]);
  },
};

for (const [name, run] of Object.entries(cases)) {
  test(`the tracer's ${name} computes what PyTorch computes`, async () => {
    const { x, params, y } = goldens[name]!;
    const make = parameterList();
    const tracer = new Tracer((weight) => {
      const { shape, data } = params[weight]!;
      return { shape, data: Float32Array.from(data) };
    });
    const input = tracer.graph.input([-1, ...x.shape.slice(1)]);
    const out = run(tracer, input, (weight) => tracer.param(make(weight, params[weight]!.shape)));
    assert.deepEqual(out.shape, [-1, ...y.shape.slice(1)]);
    foldBatchNorm(tracer.graph, [out]);
    const model = serialise(tracer.graph, {
      name,
      producerVersion: '',
      doc: '',
      input: ['x', input],
      outputs: [['y', out]],
      metadata: {},
    });
    const session = await createSession(model, { threads: 1 });
    try {
      const got = (await session.run(Float32Array.from(x.data), x.shape)).y!;
      assert.deepEqual([...got.shape], y.shape);
      got.data.forEach((value, i) => {
        assert.ok(Math.abs(value - y.data[i]!) < 2e-5, `value ${i}: ${value} instead of ${y.data[i]}`);
      });
    } finally {
      await session.close();
    }
  });
}

test('BatchNorm behind a convolution is folded away; one that others could see stays', () => {
  const { model, parameters } = tinyNetwork(3, 1);
  const bytes = traceModel(model, randomWeights(1, parameters), { channels: 1, height: 8, width: 8 });
  const graph = modelProto().toObject(modelProto().decode(bytes)).graph as {
    node: { opType: string }[];
    initializer: { name: string }[];
  };
  const ops = graph.node.map((node) => node.opType);
  assert.ok(!ops.includes('BatchNormalization'));
  assert.ok(graph.initializer.some(({ name }) => name === 'conv.weight.folded'));
  assert.ok(!graph.initializer.some(({ name }) => name.startsWith('norm.') && !name.endsWith('folded')));

  const p = parameterList();
  const tracer = new Tracer((name) => ({ shape: shapes[name]!, data: new Float32Array(name === 'w' ? 4 : 2).fill(1) }));
  const shapes: Record<string, number[]> = { w: [2, 2, 1, 1], weight: [2], bias: [2], mean: [2], var: [2] };
  const x = tracer.graph.input([-1, 2, 4, 4]);
  const get = (name: string) => tracer.param(p(name, shapes[name]!));
  const conv = tracer.conv2d(x, get('w'), null, plain);
  const both = tracer.add(conv, tracer.batchNorm(conv, norm(get), 'relu'));
  assert.equal(foldBatchNorm(tracer.graph, [both]), 0);
});

test("a traced network passes ONNX's own checker and runs at any batch size", async (t) => {
  const { model, parameters } = tinyNetwork(3, 3);
  const bytes = traceModel(model, randomWeights(1, parameters), { channels: 3, height: 12, width: 10 });
  const session = await createSession(bytes, { threads: 1 });
  t.after(() => session.close());
  assert.deepEqual([...session.inputShape], ['batch', 3, 12, 10]);
  for (const n of [1, 5]) {
    const out = await session.run(new Float32Array(n * 360).fill(0.5), [n, 3, 12, 10]);
    assert.deepEqual([...out.logits!.shape], [n, 3]);
    assert.deepEqual([...out.embedding!.shape], [n, 4]);
    assert.deepEqual([...out.cam!.shape], [n, 3, 6, 5]);
    // The mean of a class's activation map is its logit without the bias.
    const mean = out.cam!.data.slice(0, 30).reduce((a, b) => a + b, 0) / 30;
    const bias = randomWeights(1, parameters)('head.bias').data[0]!;
    assert.ok(Math.abs(mean + bias - out.logits!.data[0]!) < 1e-5);
  }
  const folder = await mkdtemp(join(tmpdir(), 'osler-onnx-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'model.onnx'), bytes);
  const complaint = await onnxChecker(join(folder, 'model.onnx'));
  if (complaint === 'absent') t.diagnostic("ONNX's checker was skipped: python3-onnx is not installed");
  else assert.equal(complaint, null);
});

test('a weight of the wrong shape is refused by name', () => {
  const { model } = tinyNetwork(3, 1);
  const wrong = () => ({ shape: [1], data: new Float32Array(1) });
  assert.throws(() => traceModel(model, wrong, { channels: 1, height: 8, width: 8 }), /conv\.weight/);
});

test('a graph that ONNX Runtime refuses is a BUNDLE_INVALID, not a crash', async () => {
  await assert.rejects(createSession(new Uint8Array([1, 2, 3])), { code: 'BUNDLE_INVALID' });
});
