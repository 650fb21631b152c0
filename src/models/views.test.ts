import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TorchOps } from '../nn/torch-ops.ts';
import { modelProto } from '../onnx/serialise.ts';
import { checkArchitecture } from '../onnx/testing-architectures.ts';
import { traceModel } from '../onnx/trace-model.ts';
import { call, fromArray, noGrad, scope, setThreads, type Tensor } from '../torch/index.ts';
import { expectNoLeak } from '../torch/testing.ts';
import { GapClassifier } from './gap-classifier.ts';
import { fill, pattern } from './goldens/pattern.ts';
import { createModel } from './index.ts';
import { withViews } from './views.ts';

const ops = new TorchOps({ training: false });
// Tiny inputs: a second thread costs more than it brings.
setThreads(1);

const SIZE = { channels: 3, height: 64, width: 96 } as const;
const PIXELS = SIZE.channels * SIZE.height * SIZE.width;

function build(name: string) {
  const model = createModel(name, { classes: 3, channels: 3 });
  fill(model, 1);
  return model;
}

/** Reversed by hand, along rows, columns or both; values row-major [..., rows, columns]. */
function reversed(values: readonly number[], rows: number, columns: number, up: boolean, left: boolean): number[] {
  return values.map((_, i) => {
    const [y, x] = [Math.floor(i / columns) % rows, i % columns];
    const from = i - y * columns - x + (up ? rows - 1 - y : y) * columns + (left ? columns - 1 - x : x);
    return values[from]!;
  });
}

function meanOf(lists: readonly (readonly number[])[]): number[] {
  return lists[0]!.map((_, i) => lists.reduce((sum, list) => sum + list[i]!, 0) / lists.length);
}

function close(got: readonly number[], expected: readonly number[], what: string): void {
  assert.equal(got.length, expected.length, what);
  const scale = Math.max(...expected.map(Math.abs), 1e-3);
  const worst = Math.max(...got.map((v, i) => Math.abs(v - expected[i]!))) / scale;
  assert.ok(worst < 1e-5, `${what}: ${worst}`);
}

describe('mirrored views', () => {
  for (const name of ['mobilenet_v2', 'simple_cnn']) {
    test(`${name}: the mean of four forwards on images mirrored by hand, maps mirrored back`, () => {
      const model = build(name);
      const images = Array.from(pattern('input', 2 * PIXELS));
      const input = (values: readonly number[]) => fromArray(Float32Array.from(values), [2, 3, 64, 96]);
      scope(() =>
        noGrad(() => {
          const alone = [0, 1, 2, 3].map((v) => {
            const [up, left] = [(v & 1) === 1, (v & 2) === 2];
            const { logits, embedding, cam } = model.forwardAll(input(reversed(images, 64, 96, up, left)), ops);
            const [h, w] = cam.shape.slice(2) as [number, number];
            return {
              logits: logits.toNumbers(),
              embedding: embedding.toNumbers(),
              cam: reversed(cam.toNumbers(), h, w, up, left),
            };
          });
          const viewed = withViews(model, 'mirrors');
          const got = viewed.forwardAll(input(images), ops);
          for (const key of ['logits', 'embedding', 'cam'] as const) {
            const expected = meanOf(alone.map((one) => one[key]));
            close(got[key].toNumbers(), expected, key);
            const apart = Math.max(...expected.map((v, i) => Math.abs(v - alone[0]![key][i]!)));
            assert.ok(apart > 1e-3, `${key}: the views differ, or the test would show nothing`);
          }
          close(viewed.forward(input(images), ops).toNumbers(), got.logits.toNumbers(), 'logits alone');
          // An image and its mirror image get one answer.
          const mirror = viewed.forward(input(reversed(images, 64, 96, true, false)), ops);
          close(mirror.toNumbers(), got.logits.toNumbers(), 'logits of the mirror image');
        }),
      );
      model.dispose();
    });
  }

  test("the mean keeps what holds of one view: a logit is its map's mean and the bias, and the head's answer to the embedding", () => {
    const model = build('resnet18');
    assert.ok(model instanceof GapClassifier);
    scope(() =>
      noGrad(() => {
        const x = fromArray(Float32Array.from(pattern('input', PIXELS)), [1, 3, 64, 96]);
        const { logits, embedding, cam } = withViews(model, 'mirrors').forwardAll(x, ops);
        const spatial: Tensor = call('aten::mean.dim', cam, [2, 3]);
        const fromMap: Tensor = call('aten::add.Tensor', spatial, model.head.bias.tensor!);
        close(fromMap.toNumbers(), logits.toNumbers(), 'map');
        close(model.head.forward(embedding, ops).toNumbers(), logits.toNumbers(), 'embedding');
      }),
    );
    model.dispose();
  });

  test('no memory is left behind', () => {
    const model = build('simple_cnn');
    const viewed = withViews(model, 'mirrors');
    const images = Float32Array.from(pattern('input', PIXELS));
    expectNoLeak(() =>
      noGrad(() => scope(() => viewed.forwardAll(fromArray(images.slice(), [1, 3, 64, 96]), ops) && undefined)),
    );
    model.dispose();
  });

  for (const name of ['mobilenet_v2', 'densenet121', 'chest_cnn']) {
    test(`${name}: ONNX Runtime says what the engine says`, (t) => checkArchitecture(name, t, 'mirrors'));
  }

  test('the graph holds the weights once, and without views it is the network, byte for byte', () => {
    const model = build('mobilenet_v2');
    const weights = new Map(
      model.state().map((p) => [p.name, { shape: p.shape, data: p.tensor!.toArray() as Float32Array }]),
    );
    const trace = (network: Parameters<typeof traceModel>[0]) => traceModel(network, (w) => weights.get(w)!, SIZE);
    assert.equal(withViews(model, 'none'), model);
    const plain = trace(model);
    assert.deepEqual(trace(withViews(model, 'none')), plain);
    const viewed = trace(withViews(model, 'mirrors'));
    const graphOf = (bytes: Uint8Array) =>
      modelProto().toObject(modelProto().decode(bytes)).graph as { initializer: { dataType: number; name: string }[] };
    const floats = (bytes: Uint8Array) =>
      graphOf(bytes)
        .initializer.filter(({ dataType }) => dataType === 1)
        .map(({ name }) => name)
        .sort();
    assert.deepEqual(floats(viewed), floats(plain));
    assert.ok(viewed.length < plain.length * 1.05, `${viewed.length} of ${plain.length} bytes`);
    model.dispose();
  });
});
