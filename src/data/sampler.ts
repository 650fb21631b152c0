import { OslerError } from '../errors.ts';
import type { SamplingSpec } from './loader-spec.ts';
import { hashText, RandomStream } from './random.ts';
import type { Sample } from './sample.ts';

export interface SamplerOptions {
  sampling: SamplingSpec;
  /** Share of each class's samples that is used, the same ones in every epoch. */
  subsample: number;
  seed: number;
  /** False gives the samples in their own order, each once. */
  shuffle: boolean;
}

type Labelled = Pick<Sample, 'id' | 'label'>;

/** Decides which samples an epoch consists of, and their order: a pure function of the samples, the options and the epoch. */
export class Sampler {
  /** Indices of the samples in use, after `subsample`. */
  readonly used: Uint32Array;
  private readonly options: SamplerOptions;
  /** Indices by label, for the samplings that draw by class. */
  private readonly classes: Map<string, Uint32Array>;

  /** @throws OslerError CONFIG_INVALID for a weight of a class that is not there. */
  constructor(samples: readonly Labelled[], options: SamplerOptions) {
    this.options = options;
    this.used = options.subsample < 1 ? subset(samples, options.subsample, options.seed) : indices(samples.length);
    this.classes = byLabel(samples, this.used);
    for (const label of Object.keys(this.weights)) {
      if (!this.classes.has(label)) {
        throw new OslerError(
          'CONFIG_INVALID',
          `sampling.weighted names the class "${label}", which no training sample has.`,
          {
            hint: `Classes: ${[...this.classes.keys()].join(', ')}.`,
          },
        );
      }
    }
  }

  /** Samples in an epoch. */
  get length(): number {
    return this.used.length;
  }

  /** Sample indices in the order in which epoch `epoch` takes them. */
  order(epoch: number): Uint32Array {
    const { shuffle, sampling, seed } = this.options;
    if (!shuffle) return this.used.slice();
    const random = new RandomStream(seed, epoch, 'order');
    if (sampling === 'shuffle') return random.shuffle(this.used.slice());
    const drawn: number[] = [];
    for (const [label, quota] of this.quotas()) drawn.push(...this.draw(this.classes.get(label)!, quota, random));
    return random.shuffle(Uint32Array.from(drawn));
  }

  private get weights(): Record<string, number> {
    return typeof this.options.sampling === 'string' ? {} : this.options.sampling.weighted;
  }

  /** How many samples of each class an epoch has; shares are rounded by largest remainder, so they add up. */
  private quotas(): Map<string, number> {
    const balanced = this.options.sampling === 'balanced';
    const { weights } = this;
    const shares = [...this.classes].map(([label, members]) => {
      return { label, share: balanced ? 1 : members.length * (weights[label] ?? 1) };
    });
    const sum = shares.reduce((total, { share }) => total + share, 0);
    if (!(sum > 0)) throw new OslerError('CONFIG_INVALID', 'sampling.weighted leaves no class to draw from.');
    const exact = shares.map(({ label, share }) => ({ label, exact: (share / sum) * this.length }));
    const quotas = new Map(exact.map(({ label, exact }) => [label, Math.floor(exact)]));
    let left = this.length - [...quotas.values()].reduce((a, b) => a + b, 0);
    for (const { label } of exact.sort((a, b) => (b.exact % 1) - (a.exact % 1))) {
      if (left-- <= 0) break;
      quotas.set(label, quotas.get(label)! + 1);
    }
    return quotas;
  }

  /** `count` of `members`, all of them equally often but for one: shuffled rounds. */
  private draw(members: Uint32Array, count: number, random: RandomStream): number[] {
    const drawn: number[] = [];
    while (drawn.length < count) drawn.push(...random.shuffle(members.slice()).subarray(0, count - drawn.length));
    return drawn;
  }
}

/** The same share of each class, at least one, by the lowest hashes of (seed, id): a larger fraction contains a smaller one. */
function subset(samples: readonly Labelled[], fraction: number, seed: number): Uint32Array {
  const chosen: number[] = [];
  for (const members of byLabel(samples, indices(samples.length)).values()) {
    const ranked = Array.from(members, (index) => ({ index, rank: hashText(`${seed}/${samples[index]!.id}`)[0] }));
    ranked.sort((a, b) => a.rank - b.rank || a.index - b.index);
    chosen.push(...ranked.slice(0, Math.max(1, Math.round(members.length * fraction))).map(({ index }) => index));
  }
  return Uint32Array.from(chosen).sort();
}

function byLabel(samples: readonly Labelled[], used: Uint32Array): Map<string, Uint32Array> {
  const lists = new Map<string, number[]>();
  for (const index of used) {
    const { label } = samples[index]!;
    const list = lists.get(label);
    if (list === undefined) lists.set(label, [index]);
    else list.push(index);
  }
  return new Map(
    [...lists].sort(([a], [b]) => (a < b ? -1 : 1)).map(([label, list]) => [label, Uint32Array.from(list)]),
  );
}

function indices(length: number): Uint32Array {
  return Uint32Array.from({ length }, (_, i) => i);
}
