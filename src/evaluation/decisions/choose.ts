import type { Evaluation } from '../evaluation.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Predictions } from '../predictions.ts';
import { fitTemperature } from './calibration/temperature.ts';
import { fitOperatingPoint } from './operating-point.ts';
import { parseRule } from './rule.ts';

/** The temperature to use and where it comes from; a reader's note when there was nothing to fit it on. */
export function chooseTemperature(
  validation: Predictions | undefined,
  options: ResolvedOptions,
  notes: string[],
): Pick<Evaluation['temperature'], 'value' | 'from'> {
  if (options.temperature !== undefined) return { value: options.temperature, from: 'given' };
  if (validation === undefined) {
    notes.push('No validation samples: probabilities are not calibrated (temperature 1).');
    return { value: 1, from: 'default' };
  }
  const fit = fitTemperature(validation.logits, validation.labels, validation.classes.length);
  if (fit.temperature !== null) return { value: fit.temperature, from: 'validation' };
  notes.push(`No temperature was fitted (1 is used): ${fit.reason}.`);
  return { value: 1, from: 'default' };
}

/** The operating point to use and where it comes from. Never fitted on the samples that are measured. */
export function choosePoint(
  validation: Predictions | undefined,
  classes: readonly string[],
  members: readonly number[],
  temperature: number,
  options: ResolvedOptions,
  notes: string[],
): Omit<NonNullable<Evaluation['operatingPoint']>, 'verdicts'> {
  if (options.operatingPoint !== undefined) return { ...options.operatingPoint, from: 'given', fit: null };
  const rule = parseRule(options.rule);
  const positive = members.map((c) => classes[c]!);
  if (validation !== undefined) {
    const fit = fitOperatingPoint(validation, {
      positive,
      rule: options.rule,
      calibration: { method: 'temperature', temperature },
    });
    if (fit !== null) return { ...fit, from: rule.kind === 'threshold' ? 'given' : 'validation' };
  }
  if (rule.kind === 'threshold') return { positive, threshold: rule.at, rule: options.rule, from: 'given', fit: null };
  notes.push(
    validation === undefined
      ? 'No validation samples: the operating point is 0.5, not fitted. It is never fitted on the data it is measured on.'
      : 'Validation has samples on one side only: the operating point is 0.5, not fitted.',
  );
  return { positive, threshold: 0.5, rule: 'threshold=0.5', from: 'default', fit: null };
}
