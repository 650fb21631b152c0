import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { processEnvironment } from '../config/environment.ts';
import { decodeToSize, normalise } from '../data/preprocess.ts';
import type { PreprocessSpec } from '../data/preprocess-spec.ts';
import { TorchOps } from '../nn/torch-ops.ts';
import { call, fromArrayNHWC, noGrad, scope, type Tensor } from '../torch/index.ts';
import { createModel } from './index.ts';
import { loadPretrained } from './pretrained.ts';

const { data } = processEnvironment();
const weights = data === undefined ? undefined : join(data, '../weights/mobilenet_v2');
const skip =
  weights !== undefined && existsSync(weights)
    ? false
    : 'skipped: OSLER_DATA names no folder with the MobileNetV2 weights beside it';

const PHOTOS = [
  ['cat_720p.jpg', 'Egyptian cat', 0.448],
  ['parrot.jpg', 'macaw', 0.883],
  ['bird.bmp', 'chickadee', 0.671],
] as const;
/** The weights want x / 127.5 - 1. */
const HALF = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

for (const extension of ['pth', 'safetensors']) {
  test(`the given MobileNetV2 weights name the photos, from .${extension}`, { skip }, async () => {
    const labels = readFileSync(join(weights!, 'imagenet_labels.txt'), 'utf8').split('\n').slice(1);
    const model = createModel('mobilenet_v2', { classes: 1000, channels: 3 });
    const file = join(weights!, `mobilenet_v2_imagenet.${extension}`);
    const { normalisation, fresh } = await loadPretrained(model, file, { home: tmpdir(), normalisation: HALF });
    assert.deepEqual([normalisation, fresh], [HALF, []]);
    const spec: PreprocessSpec = { height: 224, width: 224, fit: 'stretch', channels: 3, ...normalisation };
    for (const [photo, label, probability] of PHOTOS) {
      const pixels = await decodeToSize(join(weights!, photo), spec);
      scope(() =>
        noGrad(() => {
          const x = fromArrayNHWC(normalise([pixels], spec, 'nhwc'), [1, 224, 224, 3]);
          const logits = model.forward(x, new TorchOps({ training: false }));
          const found = (call('aten::softmax.int', logits, 1) as Tensor).toNumbers();
          const top = found.indexOf(Math.max(...found));
          assert.match(labels[top]!, new RegExp(label), photo);
          // The published figure was seen with another resize: not the same digits, but the same confidence.
          assert.ok(Math.abs(found[top]! - probability) < 0.1, `${photo}: ${found[top]}`);
        }),
      );
    }
    model.dispose();
  });
}
