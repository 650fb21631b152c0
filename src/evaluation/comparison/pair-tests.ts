import { bootstrap } from '../bootstrap.ts';
import { leftOut } from '../estimates.ts';
import { CLASS_METRICS, type Evaluation, METRICS, type MetricName } from '../evaluation.ts';
import { classOffset } from '../metrics/names.ts';
import { argmax } from '../metrics/softmax.ts';
import type { Predictions } from '../predictions.ts';
import { Scorer } from '../scorer.ts';
import { acceleration } from '../statistics/bca.ts';
import { agreement } from './agreement.ts';
import { type Answers, answers } from './answers.ts';
import type { Pair } from './comparison.ts';
import { aurocDifference, notEstimable, proportionDifference, type Tested } from './differences.ts';
import { resampled, resampledDifference } from './resampled.ts';

export interface Model {
  answers: Answers;
  /** 1 where it decides for the true class. */
  right: Uint8Array;
  /** 1 where the likeliest class is the true one. */
  top: Uint8Array;
  /** 1 where the verdict is right; null without positive classes. */
  verdict: Uint8Array | null;
  /** Every metric of the samples, as the scorer lays them out. */
  values: Float64Array;
  /** The same of each resample: one row per metric. The same groups are drawn for all models. */
  draws: Float64Array[];
  /** The same without each block of units in turn. */
  left: Float64Array[];
}

/** Probabilities nearer than this are the same answer: a run's and its bundle's differ by the rounding of two engines. */
const SAME = 1e-5;

/** Metrics that weigh the two sides of a yes/no question, or the two classes, by themselves. */
const TWO_SIDED = /auroc|averagePrecision|balanced|^macro|At(Specificity|Sensitivity)$/i;

export interface PairTested {
  metrics: Partial<Record<MetricName, Tested>>;
  classes: Record<string, { auroc: Tested; recall: Tested }>;
  agreed: Pair['agreement'];
  verdicts: Pair['verdicts'];
  /** Both say the same of every sample. */
  identical: boolean;
}

/** The tests between models that answer the same samples. Each model is measured and resampled once. */
export class PairTests {
  readonly models: Model[];
  private readonly predictions: Predictions;
  private readonly units: Int32Array;
  private readonly unitCount: number;
  /** Units hold several samples: tests that take samples for independent are not valid. */
  private readonly grouped: boolean;
  private readonly truth: Uint8Array | null;

  constructor(
    sides: readonly { predictions: Predictions; evaluation: Evaluation; answers?: Answers }[],
    units: Int32Array,
    unitCount: number,
    options: { resamples: number; seed: number },
  ) {
    this.predictions = sides[0]!.predictions;
    this.units = units;
    this.unitCount = unitCount;
    this.grouped = unitCount < units.length;
    this.models = sides.map(({ predictions, evaluation, answers: kept }) =>
      makeModel(predictions, kept ?? answers(predictions, evaluation), units, unitCount, options),
    );
    const members = this.models[0]!.answers.question?.members;
    this.truth =
      members === undefined
        ? null
        : Uint8Array.from(this.predictions.labels, (label) => (members.includes(label) ? 1 : 0));
  }

  /** Everything about one pair. */
  all(pair: { first: number; second: number }, names: readonly MetricName[]): PairTested {
    const a = this.models[pair.first]!;
    const b = this.models[pair.second]!;
    const { truth } = this;
    const every = () => true;
    return {
      metrics: Object.fromEntries(names.map((name) => [name, this.metric(name, a, b)])),
      classes: this.classes(a, b),
      agreed: agreement(
        { right: a.right, said: a.answers.decided },
        { right: b.right, said: b.answers.decided },
        every,
      ),
      verdicts:
        truth === null || a.verdict === null || b.verdict === null
          ? null
          : {
              positives: this.verdicts(a, b, (i) => truth[i] === 1),
              negatives: this.verdicts(a, b, (i) => truth[i] === 0),
            },
      identical:
        a.answers.probabilities.every((p, i) => Math.abs(p - b.answers.probabilities[i]!) < SAME) &&
        a.answers.decided.every((label, i) => label === b.answers.decided[i]),
    };
  }

  private verdicts(a: Model, b: Model, counted: (i: number) => boolean): Pair['agreement'] {
    return agreement(
      { right: a.verdict!, said: a.answers.question!.verdicts },
      { right: b.verdict!, said: b.answers.question!.verdicts },
      counted,
    );
  }

  private metric(name: MetricName, a: Model, b: Model): Tested {
    const at = METRICS.indexOf(name);
    const { truth } = this;
    const share = (key: 'right' | 'top' | 'verdict', counted: (i: number) => boolean): Tested =>
      proportionDifference(a[key]!, b[key]!, counted, this.units, this.unitCount, this.grouped, () =>
        resampled(a.draws[at]!, b.draws[at]!, b.values[at]! - a.values[at]!, accelerationOf(at, a, b)),
      );
    if (name === 'accuracy') return share('right', () => true);
    if (name === 'topClassAccuracy') return share('top', () => true);
    if (truth !== null && a.verdict !== null && b.verdict !== null) {
      if (name === 'operatingPointAccuracy') return share('verdict', () => true);
      if (name === 'sensitivity') return share('verdict', (i) => truth[i] === 1);
      if (name === 'specificity') return share('verdict', (i) => truth[i] === 0);
      if (name === 'auroc') {
        const { question: first } = a.answers;
        const { question: second } = b.answers;
        return aurocDifference(truth, first!.scores, second!.scores, this.units, this.grouped);
      }
    }
    const [first, second] = [a, b].map(({ answers }) => answers.question?.threshold);
    if (name === 'netBenefit' && first !== second) {
      // A false alarm costs threshold / (1 - threshold): two thresholds are two currencies (Vickers & Elkin 2006).
      const why = `not estimable: weighed at two thresholds, ${shortly(first)} and ${shortly(second)}; --rule threshold=T gives both one`;
      const [mine, other] = [a.values[at]!, b.values[at]!].map((value) => (Number.isNaN(value) ? null : value));
      return notEstimable(mine!, other!, why);
    }
    return this.resample(at, a, b);
  }

  private resample(at: number, a: Model, b: Model): Tested {
    const values = { first: a.values[at]!, second: b.values[at]! };
    const draws = { first: a.draws[at]!, second: b.draws[at]! };
    return resampledDifference(values, draws, accelerationOf(at, a, b), this.groupsOf(METRICS[at]!));
  }

  /** Groups that a metric rests on: with two sides, where each is weighed by itself, those of the smaller one. */
  private groupsOf(name: MetricName): number {
    const { truth } = this;
    if (truth === null || !TWO_SIDED.test(name)) return this.unitCount;
    // A mean over more classes than two does not rest on the smallest of them.
    if (this.predictions.classes.length > 2 && /^(macro|balanced)/.test(name)) return this.unitCount;
    const side = (of: number) => new Set(this.units.filter((_, i) => truth[i] === of)).size;
    return Math.min(side(1), side(0));
  }

  private classes(a: Model, b: Model): PairTested['classes'] {
    const { classes, labels } = this.predictions;
    const k = classes.length;
    return Object.fromEntries(
      classes.map((name, c) => {
        const truth = Uint8Array.from(labels, (label) => (label === c ? 1 : 0));
        if (!truth.includes(1)) {
          const none = notEstimable(null, null, `not estimable: no sample of ${name}`);
          return [name, { auroc: none, recall: none }];
        }
        const column = (model: Model) => Float64Array.from(labels, (_, i) => model.answers.probabilities[i * k + c]!);
        const at = classOffset(c) + CLASS_METRICS.indexOf('recall');
        return [
          name,
          {
            auroc: aurocDifference(truth, column(a), column(b), this.units, this.grouped),
            recall: proportionDifference(
              a.right,
              b.right,
              (i) => truth[i] === 1,
              this.units,
              this.unitCount,
              this.grouped,
              () => resampled(a.draws[at]!, b.draws[at]!, b.values[at]! - a.values[at]!, accelerationOf(at, a, b)),
            ),
          },
        ];
      }),
    );
  }
}

function shortly(threshold: number | undefined): string {
  return threshold === undefined ? 'none' : String(Number(threshold.toPrecision(3)));
}

function makeModel(
  { classes, labels }: Predictions,
  said: Answers,
  units: Int32Array,
  unitCount: number,
  options: { resamples: number; seed: number },
): Model {
  const { probabilities, question, rule } = said;
  const scorer = new Scorer({
    classes: classes.length,
    labels,
    probabilities,
    units,
    unitCount,
    question: question && { members: question.members, threshold: question.threshold },
    rule,
  });
  const values = new Float64Array(scorer.length);
  scorer.measure(new Uint8Array(unitCount).fill(1), values);
  scorer.refine(values);
  const likeliest = argmax(probabilities, classes.length);
  const right = (decided: Int32Array) => Uint8Array.from(labels, (label, i) => (label === decided[i] ? 1 : 0));
  return {
    answers: said,
    right: right(said.decided),
    top: right(likeliest),
    verdict:
      question === null
        ? null
        : question.verdicts.map((yes, i) => (yes === Number(question.members.includes(labels[i]!)) ? 1 : 0)),
    values,
    draws: bootstrap(scorer, options.resamples, options.seed),
    left: leftOut(scorer),
  };
}

/** Of the difference of a metric, from both models' jackknives over the same blocks. */
function accelerationOf(at: number, a: Model, b: Model): number {
  const first = a.left[at]!;
  return acceleration(b.left[at]!.map((x, block) => x - first[block]!).filter((x) => !Number.isNaN(x)));
}
