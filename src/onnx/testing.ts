import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Ops } from '../nn/ops.ts';
import { type Init, Parameter } from '../nn/parameter.ts';
import type { Weights } from './tracer.ts';

/** For tests: a network of one convolution, one BatchNorm and one linear layer, and random weights for it; no LibTorch. */
export function tinyNetwork(classes: number, channels: 1 | 3, features = 4) {
  const p = parameterList();
  const conv = p('conv.weight', [features, channels, 3, 3]);
  const norm = {
    weight: p('norm.weight', [features]),
    bias: p('norm.bias', [features]),
    runningMean: p('norm.running_mean', [features]),
    runningVar: p('norm.running_var', [features]),
  };
  const weight = p('head.weight', [classes, features]);
  const bias = p('head.bias', [classes]);
  const model = {
    forwardAll<T>(x: T, ops: Ops<T>): { logits: T; embedding: T; cam: T } {
      const y = ops.conv2d(x, ops.param(conv), null, { stride: [2, 2], padding: [1, 1], dilation: [1, 1], groups: 1 });
      const stats = {
        weight: ops.param(norm.weight),
        bias: ops.param(norm.bias),
        runningMean: ops.param(norm.runningMean),
        runningVar: ops.param(norm.runningVar),
      };
      const maps = ops.batchNorm(y, { ...stats, training: false, momentum: 0.1, eps: 1e-5 }, 'silu');
      const [n, , h, w] = ops.shape(maps) as [number, number, number, number];
      const embedding = ops.flatten(ops.adaptiveAvgPool2d(maps, [1, 1]), 1);
      const cam = ops.reshape(ops.matmul(ops.param(weight), ops.reshape(maps, [n, features, h * w])), [
        n,
        classes,
        h,
        w,
      ]);
      return { logits: ops.linear(embedding, ops.param(weight), ops.param(bias)), embedding, cam };
    },
  };
  return { model, parameters: p.all };
}

/** For tests: makes named parameters and remembers them. */
export function parameterList() {
  const all: Parameter[] = [];
  const zeros: Init = { kind: 'zeros' };
  const make = (name: string, shape: readonly number[]): Parameter => {
    const parameter = new Parameter(shape, zeros);
    parameter.name = name;
    all.push(parameter);
    return parameter;
  };
  return Object.assign(make, { all });
}

/** For tests: seeded weights; variances positive, the rest around zero. */
export function randomWeights(seed: number, parameters: readonly Parameter[]): Weights {
  const known = new Map(parameters.map((p) => [p.name, p.shape]));
  return (name) => {
    const shape = known.get(name);
    if (shape === undefined) throw new Error(`No weight ${name}`);
    const random = generator(seed + [...name].reduce((h, c) => (h * 31 + c.charCodeAt(0)) >>> 0, 7));
    const length = shape.reduce((a, b) => a * b, 1);
    const fanIn = Math.max(1, length / (shape[0] ?? 1));
    const scale = Math.sqrt(3 / fanIn);
    const data = Float32Array.from({ length }, () =>
      name.endsWith('running_var')
        ? 0.5 + random()
        : shape.length > 1
          ? (2 * random() - 1) * scale
          : 0.5 + 0.5 * random(),
    );
    return { shape, data };
  };
}

/** Mulberry32: a small seeded generator of numbers in 0..1. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** ONNX's own checker (Debian's python3-onnx): null when the graph passes, its complaint otherwise; 'absent' where it is not installed. */
export async function onnxChecker(path: string): Promise<string | null> {
  const script = 'import sys, onnx; m = onnx.load(sys.argv[1]); onnx.checker.check_model(m, full_check=True)';
  const run = promisify(execFile);
  try {
    await run('/usr/bin/python3', ['-c', 'import onnx']);
  } catch {
    return 'absent';
  }
  try {
    await run('/usr/bin/python3', ['-c', script, path]);
    return null;
  } catch (error) {
    return String((error as { stderr?: string }).stderr ?? error);
  }
}
