import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Views } from '../evaluation/views.ts';
import { fill, pattern } from '../models/goldens/pattern.ts';
import { createModel } from '../models/index.ts';
import { withViews } from '../models/views.ts';
import { TorchOps } from '../nn/torch-ops.ts';
import { fromArray, noGrad, scope } from '../torch/index.ts';
import { OUTPUTS } from './names.ts';
import { createSession } from './session.ts';
import { onnxChecker } from './testing.ts';
import { traceModel } from './trace-model.ts';

/** One of each kind of network; the others are checked in test/slow. */
export const QUICK = [
  'efficientnet_b0',
  'resnet18',
  'resnet50',
  'densenet121',
  'mobilenet_v2',
  'simple_cnn',
  'chest_cnn',
];

/** As far as floating-point sums in another order go; outputs are of the order of 1 to 10. */
const TOLERANCE = 1e-4;

/** Of models/goldens: keeps the signal of deep networks from fading or growing. */
const GAIN: Record<string, number> = {
  ...{ efficientnet_b0: 1.54, efficientnet_b1: 1.48, efficientnet_b2: 1.49, efficientnet_b3: 1.465 },
  ...{ efficientnet_b4: 1.465, efficientnet_b5: 1.465, efficientnet_b6: 1.415, efficientnet_b7: 1.38 },
  ...{ resnet34: 0.85, resnet101: 0.85, densenet121: 1.4, mobilenet_v2: 1.2, vgg16_bn: 1.3 },
};

/** For tests: ONNX Runtime and the engine agree on all three outputs, and ONNX's own checker passes the graph. */
export async function checkArchitecture(name: string, t: TestContext, views: Views = 'none'): Promise<void> {
  const size = /vgg|_b[567]$/.test(name) ? 32 : 48;
  const channels = name === 'chest_cnn' ? 1 : 3;
  const model = createModel(name, { classes: 3, channels });
  fill(model, GAIN[name] ?? 1);
  const weights = new Map(
    model.state().map((p) => [p.name, { shape: p.shape, data: p.tensor!.toArray() as Float32Array }]),
  );
  const network = withViews(model, views);
  const images = pattern('input', 2 * channels * size * size);
  const expected = scope(() => {
    const x = fromArray(images.slice(), [2, channels, size, size]);
    const outputs = noGrad(() => network.forwardAll(x, new TorchOps({ training: false })));
    return Object.fromEntries(OUTPUTS.map((o) => [o, { shape: outputs[o].shape, data: outputs[o].toNumbers() }]));
  });
  model.dispose();
  const bytes = traceModel(
    network,
    (weight) => weights.get(weight)!,
    { channels, height: size, width: size },
    { name },
  );
  weights.clear();
  const session = await createSession(bytes);
  const got = await session.run(images as Float32Array<ArrayBuffer>, [2, channels, size, size]);
  await session.close();
  for (const output of OUTPUTS) {
    const { shape, data } = expected[output]!;
    assert.deepEqual([...got[output]!.shape], [...shape]);
    const scale = Math.max(1, ...data.map(Math.abs));
    const worst = got[output]!.data.reduce((most, v, i) => Math.max(most, Math.abs(v - data[i]!)), 0);
    assert.ok(worst <= TOLERANCE * scale, `${output} differs by ${worst} of ${scale}`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'osler-trace-'));
  try {
    await writeFile(join(folder, 'model.onnx'), bytes);
    const complaint = await onnxChecker(join(folder, 'model.onnx'));
    if (complaint === 'absent') t.diagnostic("ONNX's checker was skipped: python3-onnx is not installed");
    else assert.equal(complaint, null);
  } finally {
    await rm(folder, { recursive: true });
  }
}
