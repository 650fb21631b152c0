import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { checkPredictions, positiveClasses } from './check.ts';
import { drawCurves } from './curves.ts';
import { calibrate } from './decisions/calibration/apply.ts';
import { decideOn } from './decisions/choose.ts';
import { measureConformal, measureOutOfDistribution } from './decisions/measure.ts';
import type { Evaluation } from './evaluation.ts';
import { measureExposure } from './exposure/measure.ts';
import { measure } from './measure.ts';
import { confusionMatrix, verdictsAt } from './metrics/confusion.ts';
import { logLoss, reliability, topClass } from './metrics/probability.ts';
import { softmax, sumClasses } from './metrics/softmax.ts';
import { EvaluateOptions } from './options.ts';
import type { Predictions } from './predictions.ts';
import { noteClasses, noteIntervals } from './reasons.ts';
import { measureSubgroups } from './subgroups/measure-subgroups.ts';

/**
 * Measures predictions against their labels. Calibration, operating point, conformal sets and limits come from `validation` (or are
 * given) and are applied to `test`, which decides nothing. Pure: the same input gives the same answer, to the last bit.
 *
 * Throws USAGE for a wrong option and DATA_INVALID for predictions that are not whole (see checkPredictions).
 */
export function evaluate(input: {
  validation?: Predictions | undefined;
  test: Predictions;
  options?: EvaluateOptions;
}): Evaluation {
  const parsed = EvaluateOptions.safeParse(input.options ?? {});
  if (!parsed.success) throw new OslerError('USAGE', `Wrong evaluation option: ${z.prettifyError(parsed.error)}`);
  const options = parsed.data;
  const { test } = input;
  const validation = input.validation?.ids.length ? input.validation : undefined;
  checkPredictions(test, options.split);
  if (validation !== undefined) {
    checkPredictions(validation, 'val');
    if (validation.classes.join('\n') !== test.classes.join('\n')) {
      throw new OslerError('DATA_INVALID', 'Validation and test predictions speak of different classes.');
    }
  }
  const notes: string[] = [];
  if (validation === test) {
    notes.push('Calibration, operating point and limits were fitted on these very samples: the numbers are too good.');
  }
  const k = test.classes.length;
  const members = positiveClasses(test.classes, options.operatingPoint?.positive ?? options.positive);
  const { temperature, calibrator, classRule, point, conformal, outOfDistribution } = decideOn(
    validation,
    test.classes,
    members,
    options,
    notes,
  );
  const probabilities = calibrate(test.logits, k, calibrator.applied);
  if (members !== null && !options.operatingPoint && !options.positive?.length) {
    notes.push(`No class was named as positive: "${test.classes[1]}", the second of two, is taken.`);
  }
  const asked = members === null || point === null ? null : { members, threshold: point.threshold };
  const decisions = { probabilities, question: asked, rule: classRule?.applied ?? null };
  const { groups, metrics, perClass, decided, seen } = measure(test, decisions, options);
  const question =
    members === null
      ? null
      : {
          name: `${k === 2 ? '' : 'positive: '}${members.map((c) => test.classes[c]!).join(' + ')}`,
          truth: Uint8Array.from(test.labels, (label) => (members.includes(label) ? 1 : 0)),
          scores: sumClasses(probabilities, k, members),
        };
  noteClasses(test.classes, seen, notes);
  noteIntervals(metrics, perClass, groups, options.resamples, notes);
  const top = topClass(test.labels, probabilities, k);
  const matrix = confusionMatrix(test.labels, decided, k);
  return {
    format: 'osler-evaluation/1',
    split: options.split,
    samples: test.ids.length,
    groups,
    class_names: [...test.classes],
    metrics,
    per_class_metrics: perClass,
    confusion_matrix: test.classes.map((_, r) => Array.from(matrix.subarray(r * k, r * k + k))),
    positive: members === null ? null : members.map((c) => test.classes[c]!),
    operatingPoint:
      point === null || question === null
        ? null
        : { ...point, verdicts: verdictsAt(question.truth, question.scores, point.threshold) },
    temperature: { ...temperature, uncalibratedLogLoss: logLoss(test.labels, softmax(test.logits, k), k) },
    calibrator,
    classRule,
    conformal: conformal && measureConformal(test, conformal.applied, conformal.from),
    outOfDistribution:
      outOfDistribution && measureOutOfDistribution(test, decided, outOfDistribution.applied, outOfDistribution.from),
    curves: drawCurves(test, probabilities, question),
    calibration: {
      confidence: reliability(top.confidence, top.correct),
      positive: question === null ? null : reliability(question.scores, question.truth),
    },
    intervals: {
      method: 'by formula where there is one (Wilson, Clopper-Pearson, DeLong), else bootstrap over groups',
      level: 0.95,
      resamples: options.resamples,
      seed: options.seed,
    },
    references: options.references,
    subgroups:
      options.subgroups === null
        ? null
        : measureSubgroups(test, decisions, { columns: options.subgroups, overall: metrics }),
    exposure: measureExposure(test, decisions, metrics, options),
    notes,
  };
}
