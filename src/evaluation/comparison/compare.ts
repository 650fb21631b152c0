import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import { groupIndices } from '../check.ts';
import { type Evaluation, METRICS, type MetricName } from '../evaluation.ts';
import { metricLabel } from '../metrics/words.ts';
import type { Predictions } from '../predictions.ts';
import { DETAILS, repeats } from '../report/words.ts';
import { holm } from '../statistics/holm.ts';
import type { Subject } from '../subject.ts';
import { partings } from './agreement.ts';
import type { Aligned } from './align.ts';
import type { Answers } from './answers.ts';
import type { Comparison, Contestant, Difference, Pair } from './comparison.ts';
import type { Tested } from './differences.ts';
import { direction } from './direction.ts';
import { fewNotes } from './few.ts';
import { marginTests } from './margin.ts';
import { type Model, PairTests } from './pair-tests.ts';
import { powerOf } from './power.ts';
import { kindOf, overallWords, verdictWords } from './verdict.ts';

export const CompareOptions = z.strictObject({
  /** The metric that decides. Default: AUROC, of the positive classes where there are some, else its mean over classes. */
  metric: z.enum(METRICS).optional(),
  /** How much worse is still good enough, in units of the metric. */
  margin: z.number().positive().optional(),
  /** Which pairs: all, or the first model against each other. */
  pairs: z.enum(['all', 'first']).default('all'),
  alpha: z.number().gt(0).lt(1).default(0.05),
  resamples: z.int().min(0).max(1_000_000).default(10_000),
  seed: z.int().min(0).default(0),
});

/** One model, its predictions aligned with the others', measured by its own decisions. */
export interface Side {
  subject: Subject;
  predictions: Predictions;
  evaluation: Evaluation;
  /** What it answered, where that was kept and the logits were not. Default: worked out from the logits. */
  answers?: Answers;
}

/**
 * Compares models on the same samples: every metric's difference with interval and p, Holm's correction over the pairs, a verdict by
 * the one metric that decides, and how far the samples reach. Pure: the same input gives the same answer.
 * Throws USAGE for a wrong option, or a deciding metric that these models don't have.
 */
export function compare(
  sides: readonly Side[],
  where: { on: string; split: string; leftOut: Aligned['leftOut']; createdAt: string; notes: string[] },
  input: z.input<typeof CompareOptions> = {},
): Comparison {
  const parsed = CompareOptions.safeParse(input);
  if (!parsed.success)
    throw new OslerError('USAGE', `Wrong option of the comparison: ${z.prettifyError(parsed.error)}`);
  const options = parsed.data;
  const { predictions, evaluation } = sides[0]!;
  const metric = options.metric ?? (evaluation.positive === null ? 'macroAuroc' : 'auroc');
  const { units, unitCount } = groupIndices(predictions.groups);
  const tests = new PairTests(sides, units, unitCount, options);
  const letters = sides.map((_, i) => letter(i));
  const chosen: { first: number; second: number }[] = [];
  for (let first = 0; first < (options.pairs === 'first' ? 1 : sides.length); first++) {
    for (let second = first + 1; second < sides.length; second++) chosen.push({ first, second });
  }
  checkMetric(metric, sides);
  const names = METRICS.filter(
    (name) => name === metric || (direction(name) !== 0 && !DETAILS.has(name) && !repeats(evaluation, name)),
  );
  const tested = chosen.map((pair) => tests.all(pair, names));
  const corrected = Object.fromEntries(
    names.map((name) => [name, holm(tested.map(({ metrics }) => metrics[name]!.p))]),
  ) as Record<MetricName, (number | null)[]>;
  const margins = tested.map(({ metrics }) => marginTests(metrics[metric]!, metric, options.margin ?? null));
  const holmOf = (key: keyof (typeof margins)[number]) => holm(margins.map((one) => one[key]));
  const [worse, better, within] = [holmOf('worse'), holmOf('better'), holmOf('within')];
  const perClass = correctClasses(tested.map(({ classes }) => classes));
  const size = { samples: predictions.ids.length, groups: unitCount };
  const pairs = chosen.map((pair, at): Pair => {
    const { metrics, identical, agreed, verdicts } = tested[at]!;
    const differences = Object.fromEntries(names.map((name) => [name, plain(metrics[name]!, corrected[name][at]!)]));
    const finding = {
      letters: [letters[pair.first]!, letters[pair.second]!] as [string, string],
      metric,
      difference: differences[metric]!,
      alpha: options.alpha,
      pairs: chosen.length,
      margin: options.margin ?? null,
      worse: worse[at]!,
      worseFirst: better[at]!,
      within: within[at]!,
      identical,
    };
    const kind = kindOf(finding);
    const title = (m: number) => `${letters[m]} (${sides[m]!.subject.name})`;
    return {
      first: letters[pair.first]!,
      second: letters[pair.second]!,
      verdict: {
        kind,
        words: verdictWords(kind, finding, title(pair.first), title(pair.second)),
        margin: options.margin === undefined ? null : { p: margins[at]!.worse, adjusted: worse[at]! },
      },
      power: powerOf(metrics[metric]!, size, {
        alpha: options.alpha,
        pairs: chosen.length,
        margin: options.margin ?? null,
      }),
      agreement: agreed,
      verdicts,
      differences,
      classes: perClass[at]!,
    };
  });
  const models = sides.map((side, i) => contestant(side, letters[i]!));
  return {
    format: 'osler-comparison/1',
    createdAt: where.createdAt,
    on: where.on,
    split: where.split,
    ...size,
    class_names: [...predictions.classes],
    positive: evaluation.positive,
    metric,
    margin: options.margin ?? null,
    alpha: options.alpha,
    leftOut: where.leftOut,
    models,
    pairs,
    partings: Object.fromEntries(
      chosen.map((pair) => [
        `${letters[pair.first]} ${letters[pair.second]}`,
        partings(
          predictions,
          tests.models.map((model: Model, m) => ({ letter: letters[m]!, answers: model.answers, right: model.right })),
          pair,
        ),
      ]),
    ),
    verdict: overallWords(models, pairs, metric),
    intervals: { level: 0.95, resamples: options.resamples, seed: options.seed },
    notes: [...where.notes, ...fewNotes(predictions)],
  };
}

/** Throws USAGE unless the metric can decide which of two models is better, here. */
function checkMetric(metric: MetricName, sides: readonly Side[]): void {
  if (direction(metric) === 0) {
    throw new OslerError('USAGE', `${metricLabel(metric)} cannot decide: neither more nor less of it is better.`, {
      hint: 'Take another --metric, for example logLoss or ece.',
    });
  }
  const none = sides.find(({ evaluation }) => evaluation.metrics[metric].value === null);
  if (none === undefined) return;
  const { reason } = none.evaluation.metrics[metric];
  throw new OslerError('USAGE', `${metricLabel(metric)} cannot decide between these models: ${reason}.`, {
    hint: /named as positive/.test(reason ?? '')
      ? 'Name the positive classes with --positive, or take another --metric.'
      : 'Take another --metric that these samples can tell, for example accuracy or logLoss.',
  });
}

/** A, B, ... Z, AA, AB... */
export function letter(index: number): string {
  return (index >= 26 ? letter(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));
}

function plain(
  { first, second, difference, low, high, p, method, reason }: Tested,
  adjusted: number | null,
): Difference {
  return { first, second, difference, low, high, p, adjusted, method, ...(reason === undefined ? {} : { reason }) };
}

/** Holm's correction over classes and pairs, for AUROC and for recall. */
function correctClasses(pairs: Record<string, { auroc: Tested; recall: Tested }>[]): Pair['classes'][] {
  const rows = pairs.flatMap((classes, pair) =>
    Object.entries(classes).map(([name, tested]) => ({ pair, name, ...tested })),
  );
  const auroc = holm(rows.map((row) => row.auroc.p));
  const recall = holm(rows.map((row) => row.recall.p));
  const out = pairs.map((): Pair['classes'] => ({}));
  rows.forEach((row, i) => {
    out[row.pair]![row.name] = { auroc: plain(row.auroc, auroc[i]!), recall: plain(row.recall, recall[i]!) };
  });
  return out;
}

function contestant({ subject, evaluation }: Side, letter: string): Contestant {
  const { kind, id, name, model, dataset, stamps, leaks } = subject;
  const roc = evaluation.curves.roc[0];
  const point = evaluation.operatingPoint;
  return {
    letter,
    kind,
    id,
    name,
    model,
    dataset: dataset === null ? null : `${dataset.name}@${dataset.version}`,
    stamps,
    leaks: leaks ?? null,
    operatingPoint: point === null ? null : { threshold: point.threshold, rule: point.rule },
    metrics: evaluation.metrics,
    roc: roc === undefined || evaluation.positive === null ? null : { fpr: roc.fpr, tpr: roc.tpr },
  };
}
