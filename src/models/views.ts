import type { Views } from '../evaluation/views.ts';
import type { Ops } from '../nn/ops.ts';
import type { Classifier, Outputs } from './classifier.ts';

type Network = Pick<Classifier, 'forward' | 'forwardAll'>;

/** Dimensions of [N, C, H, W] that are reversed, view by view. */
const MIRRORS: readonly (readonly number[])[] = [[], [3], [2], [2, 3]];

/**
 * The network, asked in several views of each image; with `none` the network itself. For inference.
 *
 * What is averaged is what the last layer computes and reads: logits, embeddings, and maps mirrored back. All three are linear in each
 * other (Zhou et al. 2016), so that of the mean too, a logit is its row's product with the embedding and the mean of its map plus the bias;
 * and the energy of logits keeps its meaning. The logarithm of mean probabilities would break both: its energy is 0 for any image.
 * On ISIC's validation the two means are alike (bench/isic9/protocol.md). Four passes one after the other need the memory of one.
 */
export function withViews(network: Network, views: Views): Network {
  if (views === 'none') return network;
  return {
    forward<T>(x: T, ops: Ops<T>): T {
      const answers = MIRRORS.map((dims) => seen(x, dims, ops, (view) => network.forward(view, ops)));
      return mean(answers, ops);
    },
    forwardAll<T>(x: T, ops: Ops<T>): Outputs<T> {
      const answers = MIRRORS.map((dims) => {
        const { logits, embedding, cam } = seen(x, dims, ops, (view) => network.forwardAll(view, ops));
        return { logits, embedding, cam: mirrored(cam, dims, ops) };
      });
      return {
        logits: mean(
          answers.map(({ logits }) => logits),
          ops,
        ),
        embedding: mean(
          answers.map(({ embedding }) => embedding),
          ops,
        ),
        cam: mean(
          answers.map(({ cam }) => cam),
          ops,
        ),
      };
    },
  };
}

function seen<T, R>(x: T, dims: readonly number[], ops: Ops<T>, ask: (view: T) => R): R {
  const view = mirrored(x, dims, ops);
  const answer = ask(view);
  if (view !== x) ops.release?.(view);
  return answer;
}

function mirrored<T>(x: T, dims: readonly number[], ops: Ops<T>): T {
  return dims.length === 0 ? x : ops.flip(x, dims);
}

/** Of tensors [N, ...] alike in shape. */
function mean<T>(xs: readonly T[], ops: Ops<T>): T {
  const apart = xs.map((x) => {
    const [n, ...rest] = ops.shape(x);
    return ops.reshape(x, [n!, 1, ...rest]);
  });
  return ops.mean(ops.cat(apart, 1), [1], false);
}
