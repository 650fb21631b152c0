import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { call, fromArray, keep, type Tensor } from '../torch/index.ts';

const ClassWeights = z.union([
  z.literal('none'),
  /** n / (K * n_k) over the training split, as scikit-learn's `balanced`. */
  z.literal('balanced'),
  /** Square roots of these: a class of a handful of samples then doesn't outweigh the rest (as Mahajan et al. 2018 sample). */
  z.literal('rootBalanced'),
  z.array(z.number().positive()),
]);

/** What the training minimises. All losses take logits: there is no softmax or sigmoid in a network. */
export const LossConfig = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('crossEntropy'),
    classWeights: ClassWeights.default('none'),
    labelSmoothing: z.number().min(0).max(0.9).default(0),
  }),
  /** -(1-p)^gamma log p (Lin et al. 2017), with class weights in the place of alpha. */
  z.strictObject({
    kind: z.literal('focal'),
    gamma: z.number().min(0).default(2),
    classWeights: ClassWeights.default('none'),
    labelSmoothing: z.number().min(0).max(0.9).default(0),
  }),
  /** Two classes: binary cross-entropy on the difference of the two logits, which softmax serves unchanged. */
  z.strictObject({
    kind: z.literal('binary'),
    /** Weight of the second class; `balanced` is n_0 / n_1 over the training split. */
    positiveWeight: z.union([z.number().positive(), z.literal('balanced')]).default(1),
    labelSmoothing: z.number().min(0).max(0.9).default(0),
  }),
]);
export type LossConfig = z.infer<typeof LossConfig>;

/** Weights per class for a loss; null when all are one. Throws CONFIG_INVALID when a list has the wrong length or a class is empty. */
export function classWeights(
  config: LossConfig,
  classes: readonly string[],
  counts: readonly number[],
): number[] | null {
  const wanted = config.kind === 'binary' ? config.positiveWeight : config.classWeights;
  if (wanted === 'none' || wanted === 1) return null;
  if (typeof wanted === 'number') return [1, wanted];
  if (wanted === 'rootBalanced') {
    const balanced = classWeights({ ...config, classWeights: 'balanced' } as LossConfig, classes, counts)!;
    return balanced.map(Math.sqrt);
  }
  if (wanted === 'balanced') {
    const empty = counts.indexOf(0);
    if (empty >= 0) {
      throw new OslerError(
        'CONFIG_INVALID',
        `Balanced class weights need samples of every class; '${classes[empty]}' has none to train on.`,
        {
          hint: 'Give the weights as a list, or leave the class out of the dataset.',
        },
      );
    }
    const total = counts.reduce((a, b) => a + b, 0);
    if (config.kind === 'binary') return [1, counts[0]! / counts[1]!];
    return counts.map((n) => total / (counts.length * n));
  }
  if (wanted.length !== classes.length) {
    throw new OslerError(
      'CONFIG_INVALID',
      `loss.classWeights has ${wanted.length} values for ${classes.length} classes.`,
      {
        hint: `Give one weight for each of ${classes.join(', ')}, in this order.`,
      },
    );
  }
  return wanted;
}

/** logits [N, K] (any float type), labels [N] i64, soft targets [N, K] f32 or null (mixup) -> mean loss, a scalar in f32. */
export type LossFunction = (logits: Tensor, labels: Tensor, soft: Tensor | null) => Tensor;

/** Builds the loss for these classes. `counts` are the training samples per class. The weights live until the process ends. */
export function createLoss(
  config: LossConfig,
  classes: readonly string[],
  counts: readonly number[],
  device: 'cpu' | 'cuda' = 'cpu',
): LossFunction {
  const K = classes.length;
  if (config.kind === 'binary' && K !== 2) {
    throw new OslerError('CONFIG_INVALID', `The binary loss is for two classes; this dataset has ${K}.`, {
      hint: 'Use loss.kind=crossEntropy or loss.kind=focal.',
    });
  }
  const weights = classWeights(config, classes, counts);
  // Of the binary loss only the second class has a weight.
  const values = weights === null ? null : Float32Array.from(config.kind === 'binary' ? weights.slice(1) : weights);
  const weight = values === null ? null : keep(fromArray(values, [values.length]).to(device));
  switch (config.kind) {
    case 'crossEntropy':
      return (logits, labels, soft) =>
        call('aten::cross_entropy_loss', logits.to('f32'), soft ?? labels, weight, MEAN, IGNORE, config.labelSmoothing);
    case 'focal':
      return (logits, labels, soft) =>
        focal(logits.to('f32'), smooth(soft ?? oneHot(labels, K), config.labelSmoothing), weight, config.gamma);
    case 'binary':
      return (logits, labels, soft) => {
        const z = logits.to('f32');
        const margin = call(
          'aten::sub.Tensor',
          call('aten::select.int', z, 1, 1),
          call('aten::select.int', z, 1, 0),
          1,
        );
        const target = call('aten::select.int', smooth(soft ?? oneHot(labels, K), config.labelSmoothing), 1, 1);
        return call('aten::binary_cross_entropy_with_logits', margin, target, null, weight, MEAN);
      };
  }
}

/** at::Reduction::Mean. */
const MEAN = 1;
/** PyTorch's ignore_index: no label has it here. */
const IGNORE = -100;

/** Mean over the samples' weights of -w_k t_k (1-p_k)^gamma log p_k. logits, targets [N, K]. */
function focal(logits: Tensor, targets: Tensor, weight: Tensor | null, gamma: number): Tensor {
  const logP = call('aten::log_softmax.int', logits, 1, null);
  // Below 1e-6 the power's derivative (gamma < 1) would be infinite where the loss itself is nothing.
  const rest = call('aten::clamp_min', call('aten::rsub.Scalar', call('aten::exp', logP), 1, 1), 1e-6);
  const weighted = weight === null ? targets : call('aten::mul.Tensor', targets, weight);
  const each = call(
    'aten::mul.Tensor',
    call('aten::mul.Tensor', weighted, call('aten::pow.Tensor_Scalar', rest, gamma)),
    logP,
  );
  return call('aten::neg', call('aten::div.Tensor', call('aten::sum', each, null), call('aten::sum', weighted, null)));
}

function oneHot(labels: Tensor, classes: number): Tensor {
  return call('aten::one_hot', labels, classes).to('f32');
}

/** (1-s) t + s/K. */
function smooth(targets: Tensor, s: number): Tensor {
  if (s === 0) return targets;
  const K = targets.shape[1]!;
  return call('aten::add.Scalar', call('aten::mul.Scalar', targets, 1 - s), s / K, 1);
}
