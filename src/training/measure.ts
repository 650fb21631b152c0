import { setImmediate } from 'node:timers/promises';
import { appearance } from '../data/appearance.ts';
import type { Classifier } from '../models/classifier.ts';
import { TorchOps } from '../nn/torch-ops.ts';
import { autocast, noGrad, scope, type Tensor } from '../torch/index.ts';
import type { Feed, Upload } from './feed.ts';

export interface Answers {
  ids: string[];
  labels: Int32Array;
  /** Row-major [samples, classes]. */
  logits: Float32Array;
  /** Row-major [samples, features], where they were asked for; with them what the images look like (data/appearance.ts). */
  embeddings?: Float32Array;
  appearances?: Float32Array;
}

/**
 * The network's logits, and embeddings where they are asked for, on all images of a feed, in evaluation mode and without gradients.
 * `check` is asked before each batch; what it throws ends the work.
 */
export async function answersOf(
  model: Pick<Classifier, 'forward' | 'forwardAll'>,
  feed: Feed,
  upload: Upload,
  options: {
    precision?: 'f32' | 'bf16';
    /** Also keep what the last layer reads. */
    embeddings?: boolean;
    onBatch?: (done: number, total: number) => void;
    check?: () => void;
  },
): Promise<Answers> {
  const ops = new TorchOps({ training: false });
  const ids: string[] = [];
  const labels: number[] = [];
  const parts: Float32Array[] = [];
  const embeddings: Float32Array[] = [];
  const looks: Float32Array[] = [];
  for await (const batch of feed.epoch(0)) {
    options.check?.();
    const answer = noGrad(() =>
      scope(() => {
        const x = upload.images(batch);
        return autocast(options.precision === 'bf16' ? 'bf16' : 'off', () => {
          if (options.embeddings !== true) return { logits: plain(model.forward(x, ops)) };
          const { logits, embedding } = model.forwardAll(x, ops);
          return { logits: plain(logits), embedding: plain(embedding) };
        });
      }),
    );
    ids.push(...batch.ids);
    for (const label of batch.labels) labels.push(label);
    parts.push(answer.logits);
    if (answer.embedding !== undefined) {
      embeddings.push(answer.embedding);
      const pixels = batch.images.length / batch.labels.length;
      for (let i = 0; i < batch.labels.length; i++) looks.push(appearance(batch.images, upload.spec, i * pixels));
    }
    options.onBatch?.(batch.index + 1, feed.batchesPerEpoch);
    // Lets the loader, messages and signals have their turn.
    await setImmediate();
  }
  return {
    ids,
    labels: Int32Array.from(labels),
    logits: joined(parts),
    ...(options.embeddings === true ? { embeddings: joined(embeddings), appearances: joined(looks) } : {}),
  };
}

/** A tensor's values, wherever and however it is. */
function plain(tensor: Tensor): Float32Array {
  return tensor.to('f32').to('cpu').toArray() as Float32Array;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
