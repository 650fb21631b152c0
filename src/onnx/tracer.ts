import { OslerError } from '../errors.ts';
import type { Activation, BatchNormArgs, Conv2dOptions, Ops, Pair, PoolOptions } from '../nn/ops.ts';
import type { Parameter } from '../nn/parameter.ts';
import { Graph, type Value } from './graph.ts';
import { adaptiveMatrix, broadcast, poolAxis, positive, product, reshaped, slide } from './shapes.ts';

/** Looks a weight up by its name in the state dict. */
export type Weights = (name: string) => { shape: readonly number[]; data: Float32Array };

/**
 * Interprets model code by writing down ONNX operators (opset 17) instead of computing: the same code that trains.
 * Inference only: dropout, stochastic depth and checkpointing leave no trace. The batch stays open (-1).
 */
export class Tracer implements Ops<Value> {
  readonly training = false;
  readonly graph = new Graph();
  private readonly weights: Weights;
  private readonly params = new Map<string, Value>();
  private constants = 0;

  constructor(weights: Weights) {
    this.weights = weights;
  }

  /** Throws WEIGHTS_INVALID when the weight's shape is not the parameter's. */
  param(p: Parameter): Value {
    const seen = this.params.get(p.name);
    if (seen !== undefined) return seen;
    const { shape, data } = this.weights(p.name);
    if (shape.length !== p.shape.length || shape.some((d, i) => d !== p.shape[i]) || data.length !== product(shape)) {
      throw new OslerError('WEIGHTS_INVALID', `Weight ${p.name} has shape [${shape}], the model needs [${p.shape}].`);
    }
    const value = this.graph.constant(p.name, p.shape, data);
    this.params.set(p.name, value);
    return value;
  }

  shape(x: Value): readonly number[] {
    return x.shape;
  }

  conv2d(x: Value, weight: Value, bias: Value | null, o: Conv2dOptions): Value {
    const [n, , h, w] = image(x);
    const [out, , kh, kw] = image(weight);
    const shape = [
      n,
      out,
      slide(h, kh, o.stride[0], o.padding[0], o.dilation[0]),
      slide(w, kw, o.stride[1], o.padding[1], o.dilation[1]),
    ];
    return this.graph.add('Conv', bias === null ? [x, weight] : [x, weight, bias], shape, {
      kernel_shape: { ints: [kh, kw] },
      strides: { ints: o.stride },
      pads: { ints: [...o.padding, ...o.padding] },
      dilations: { ints: o.dilation },
      group: { int: o.groups },
    });
  }

  batchNorm(x: Value, a: BatchNormArgs<Value>, activation: Activation): Value {
    const inputs = [x, a.weight, a.bias, a.runningMean, a.runningVar];
    const y = this.graph.add('BatchNormalization', inputs, x.shape, { epsilon: { float: a.eps } });
    return activation === 'none' ? y : this.activate(y, activation);
  }

  linear(x: Value, weight: Value, bias: Value | null): Value {
    const shape = [...x.shape.slice(0, -1), weight.shape[0]!];
    return this.graph.add('Gemm', bias === null ? [x, weight] : [x, weight, bias], shape, { transB: { int: 1 } });
  }

  activate(x: Value, a: Exclude<Activation, 'none'> | 'sigmoid'): Value {
    switch (a) {
      case 'relu':
        return this.graph.add('Relu', [x], x.shape);
      case 'relu6':
        return this.graph.add('Clip', [x, this.scalar(0), this.scalar(6)], x.shape);
      case 'sigmoid':
        return this.graph.add('Sigmoid', [x], x.shape);
      case 'silu':
        return this.mul(x, this.activate(x, 'sigmoid'));
    }
  }

  add(a: Value, b: Value): Value {
    return this.graph.add('Add', [a, b], broadcast(a.shape, b.shape));
  }

  mul(a: Value, b: Value): Value {
    return this.graph.add('Mul', [a, b], broadcast(a.shape, b.shape));
  }

  matmul(a: Value, b: Value): Value {
    const [n, k] = a.shape.slice(-2);
    const [k2, m] = b.shape.slice(-2);
    if (k !== k2) throw new RangeError(`Shapes [${a.shape}] and [${b.shape}] do not multiply.`);
    const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return this.graph.add('MatMul', [a, b], [...batch, n!, m!]);
  }

  step(x: Value): Value {
    const positive = this.graph.add('Greater', [x, this.scalar(0)], x.shape);
    return this.graph.add('Cast', [positive], x.shape, { to: { int: 1 } });
  }

  maxPool2d(x: Value, o: PoolOptions): Value {
    return this.pool('MaxPool', x, o, {});
  }

  avgPool2d(x: Value, o: PoolOptions): Value {
    const padded = o.padding[0] > 0 || o.padding[1] > 0;
    const countPad = padded && o.countIncludePad !== false;
    if (countPad && o.ceilMode === true) {
      throw new OslerError('INTERNAL', 'Average pooling that counts padding in ceil mode has no ONNX form.');
    }
    return this.pool('AveragePool', x, o, { count_include_pad: { int: countPad ? 1 : 0 } });
  }

  adaptiveAvgPool2d(x: Value, size: Pair): Value {
    const [n, c, h, w] = image(x);
    const shape = [n, c, size[0], size[1]];
    if (size[0] === 1 && size[1] === 1) return this.graph.add('GlobalAveragePool', [x], shape);
    if (size[0] === h && size[1] === w) return x;
    if (h % size[0] === 0 && w % size[1] === 0) {
      const step: Pair = [h / size[0], w / size[1]];
      return this.avgPool2d(x, { kernel: step, stride: step, padding: [0, 0] });
    }
    // Windows of unequal size: one matrix for the rows and one for the columns, which is exact for any pair of sizes.
    const rows = this.floats('pool_rows', [size[0], h], adaptiveMatrix(h, size[0]));
    const columns = this.floats('pool_columns', [w, size[1]], transpose(adaptiveMatrix(w, size[1]), size[1], w));
    return this.matmul(this.matmul(rows, x), columns);
  }

  mean(x: Value, dims: readonly number[], keepDim: boolean): Value {
    const axes = dims.map((d) => positive(d, x.shape.length));
    const shape = keepDim
      ? x.shape.map((d, i) => (axes.includes(i) ? 1 : d))
      : x.shape.filter((_, i) => !axes.includes(i));
    return this.graph.add('ReduceMean', [x], shape, { axes: { ints: axes }, keepdims: { int: keepDim ? 1 : 0 } });
  }

  cat(xs: readonly Value[], dim: number): Value {
    const first = xs[0]!.shape;
    const axis = positive(dim, first.length);
    const length = xs.reduce((sum, x) => sum + x.shape[axis]!, 0);
    const shape = first.map((d, i) => (i === axis ? length : d));
    return this.graph.add('Concat', [...xs], shape, { axis: { int: axis } });
  }

  flip(x: Value, dims: readonly number[]): Value {
    const axes = dims.map((d) => BigInt(positive(d, x.shape.length)));
    const whole = (name: string, value: bigint): Value =>
      this.whole(
        name,
        axes.map(() => value),
      );
    // From the last element backwards to before the first: the end of all ends, as PyTorch's exporter writes it.
    const [starts, ends] = [whole('flip_starts', -1n), whole('flip_ends', -(2n ** 63n - 1n))];
    return this.graph.add('Slice', [x, starts, ends, this.whole('flip_axes', axes), whole('flip_steps', -1n)], x.shape);
  }

  flatten(x: Value, startDim: number): Value {
    const start = positive(startDim, x.shape.length);
    return this.reshape(x, [...x.shape.slice(0, start), product(x.shape.slice(start))]);
  }

  reshape(x: Value, shape: readonly number[]): Value {
    const to = reshaped(x.shape, shape);
    return this.graph.add('Reshape', [x, this.whole('shape', to.map(BigInt))], to);
  }

  dropout(x: Value): Value {
    return x;
  }

  stochasticDepth(x: Value): Value {
    return x;
  }

  checkpoint(fn: (x: Value) => Value, x: Value): Value {
    return fn(x);
  }

  private pool(op: string, x: Value, o: PoolOptions, attributes: Record<string, { int: number }>): Value {
    const [n, c, h, w] = image(x);
    const rows = poolAxis(h, 0, o);
    const columns = poolAxis(w, 1, o);
    return this.graph.add(op, [x], [n, c, rows.out, columns.out], {
      kernel_shape: { ints: o.kernel },
      strides: { ints: o.stride },
      pads: { ints: [...o.padding, rows.padEnd, columns.padEnd] },
      ...attributes,
    });
  }

  private scalar(value: number): Value {
    const name = `scalar_${value}`;
    const seen = this.params.get(name) ?? this.graph.constant(name, [], Float32Array.of(value));
    this.params.set(name, seen);
    return seen;
  }

  private floats(name: string, shape: readonly number[], data: Float32Array): Value {
    return this.graph.constant(this.constantName(name), shape, data);
  }

  private whole(name: string, values: readonly bigint[]): Value {
    return this.graph.constant(this.constantName(name), [values.length], BigInt64Array.from(values));
  }

  private constantName(what: string): string {
    return `${what}_${this.constants++}`;
  }
}

function image(x: Value): [number, number, number, number] {
  if (x.shape.length !== 4) throw new RangeError(`Expected four dimensions, got [${x.shape}].`);
  return x.shape as unknown as [number, number, number, number];
}

function transpose(data: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = data[r * columns + c]!;
  }
  return out;
}
