import { setImmediate } from 'node:timers/promises';
import type { Classifier } from '../models/classifier.ts';
import { TorchOps } from '../nn/torch-ops.ts';
import { autocast, noGrad, scope } from '../torch/index.ts';
import type { Feed, Upload } from './feed.ts';

export interface Answers {
  ids: string[];
  labels: Int32Array;
  /** Row-major [samples, classes]. */
  logits: Float32Array;
}

/**
 * The network's logits on all images of a feed, in evaluation mode and without gradients.
 * `check` is asked before each batch; what it throws ends the work.
 */
export async function answersOf(
  model: Classifier,
  feed: Feed,
  upload: Upload,
  options: {
    classes: number;
    precision?: 'f32' | 'bf16';
    onBatch?: (done: number, total: number) => void;
    check?: () => void;
  },
): Promise<Answers> {
  const ops = new TorchOps({ training: false });
  const ids: string[] = [];
  const labels: number[] = [];
  const parts: Float32Array[] = [];
  for await (const batch of feed.epoch(0)) {
    options.check?.();
    const logits = noGrad(() =>
      scope(() => {
        const x = upload.images(batch);
        const y = autocast(options.precision === 'bf16' ? 'bf16' : 'off', () => model.forward(x, ops));
        return y.to('f32').to('cpu').toArray() as Float32Array;
      }),
    );
    ids.push(...batch.ids);
    for (const label of batch.labels) labels.push(label);
    parts.push(logits);
    options.onBatch?.(batch.index + 1, feed.batchesPerEpoch);
    // Lets the loader, messages and signals have their turn.
    await setImmediate();
  }
  const all = new Float32Array(labels.length * options.classes);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return { ids, labels: Int32Array.from(labels), logits: all };
}
