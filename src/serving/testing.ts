import { join } from 'node:path';
import sharp from 'sharp';
import { openBundle } from '../bundle/open.ts';
import { testManifest } from '../bundle/testing.ts';
import { type BundleContent, writeBundle } from '../bundle/write.ts';
import { randomWeights, tinyNetwork } from '../onnx/testing.ts';
import { traceModel } from '../onnx/trace-model.ts';
import { signingKey } from '../store/signing-key.ts';

/** For tests: a bundle of a tiny network with random weights, no training. Classes `benign` and `malignant` unless told otherwise. */
export async function tinyBundle(
  home: string,
  changes: Partial<BundleContent['manifest']> = {},
  name = 'tiny',
  seed = 3,
  weightsOf = randomWeights,
) {
  const manifest = testManifest(changes);
  const { channels, height, width } = manifest.preprocess;
  const { model, parameters } = tinyNetwork(manifest.labels.length, channels);
  const dir = join(home, 'bundles', name);
  await writeBundle(dir, {
    manifest,
    model: traceModel(model, weightsOf(seed, parameters), { channels, height, width }),
    graph: {
      input: { name: 'images', shape: [channels, height, width] },
      outputs: [{ name: 'logits', shape: [manifest.labels.length] }],
    },
    key: await signingKey(home),
  });
  return openBundle(dir);
}

/** For tests: a picture that differs with its seed. */
export async function picture(seed: number, width = 40, height = 30, format: 'png' | 'jpeg' = 'png'): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = (Math.sin(seed + i / (7 + (seed % 5))) * 0.5 + 0.5) * 255;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .toFormat(format)
    .toBuffer();
}
