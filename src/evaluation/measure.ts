import { groupIndices } from './check.ts';
import type { ClassRule } from './decisions/spec.ts';
import { estimates, type IntervalOptions } from './estimates.ts';
import {
  CLASS_METRICS,
  type ClassMetricName,
  type Estimate,
  type Evaluation,
  METRICS,
  type MetricName,
} from './evaluation.ts';
import { classOffset, type References } from './metrics/names.ts';
import { decide } from './metrics/softmax.ts';
import type { Predictions } from './predictions.ts';
import { classReason, reason, type Seen, see } from './reasons.ts';
import { Scorer } from './scorer.ts';

/** What a model decides with: its calibrated probabilities [samples, classes], the yes/no question with its threshold, the rule for several classes. */
export interface Decided {
  probabilities: Float64Array;
  question: { members: readonly number[]; threshold: number } | null;
  /** Null: the most likely class. */
  rule: ClassRule | null;
}

export interface Measured {
  /** Units of resampling: patients, lesions. */
  groups: number;
  metrics: Record<MetricName, Estimate>;
  perClass: Evaluation['per_class_metrics'];
  /** Class decided for, per sample. */
  decided: Int32Array;
  seen: Seen;
}

/**
 * Every metric with its interval, of these samples, with the decisions given. Nothing is fitted, so any part of the samples can be
 * measured on its own (subgroups, exposed ones).
 */
export function measure(
  test: Pick<Predictions, 'classes' | 'labels' | 'groups'>,
  { probabilities, question, rule }: Decided,
  options: IntervalOptions & { references?: References | undefined },
): Measured {
  const { classes, labels } = test;
  const { units, unitCount } = groupIndices(test.groups);
  const { references } = options;
  const scorer = new Scorer({
    classes: classes.length,
    labels,
    probabilities,
    units,
    unitCount,
    question,
    rule,
    references,
  });
  const decided = decide(probabilities, classes.length, question, rule);
  const seen = see(test, decided, question?.members ?? null);
  const estimate = estimates(scorer, options);
  return {
    groups: unitCount,
    decided,
    seen,
    metrics: Object.fromEntries(
      METRICS.map((name, at) => [name, estimate(at, () => reason(name, seen))]),
    ) as Measured['metrics'],
    perClass: Object.fromEntries(
      classes.map((name, c) => [
        name,
        {
          support: seen.support[c]!,
          ...(Object.fromEntries(
            CLASS_METRICS.map((metric, m) => [
              metric,
              estimate(classOffset(c) + m, () => classReason(metric, c, seen)),
            ]),
          ) as Record<ClassMetricName, Estimate>),
        },
      ]),
    ),
  };
}
