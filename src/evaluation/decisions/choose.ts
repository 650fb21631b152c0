import type { Evaluation } from '../evaluation.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Predictions } from '../predictions.ts';
import { chooseCalibration, fitCalibration } from './calibration/choose.ts';
import { fitTemperature } from './calibration/temperature.ts';
import { fitClassRule } from './class-rule.ts';
import { fitConformal } from './conformal.ts';
import { fitOutOfDistribution } from './ood/fit.ts';
import { fitOperatingPoint } from './operating-point.ts';
import { parseRule } from './rule.ts';
import type { Calibration, CalibratorSection, ClassRuleSection, Conformal, OutOfDistribution } from './spec.ts';

/** All that is decided before a split is measured, each with where it comes from. */
export interface Decided {
  temperature: Pick<Evaluation['temperature'], 'value' | 'from'>;
  calibrator: CalibratorSection;
  /** Null: the most probable class. */
  classRule: ClassRuleSection | null;
  /** Null when no class is positive. */
  point: Omit<NonNullable<Evaluation['operatingPoint']>, 'verdicts'> | null;
  conformal: { from: 'validation' | 'given'; applied: Conformal } | null;
  outOfDistribution: { from: 'validation' | 'given'; applied: OutOfDistribution } | null;
}

/** Fits on validation what the options don't bring. `notes` gets what a reader must know. Never looks at the samples that are measured. */
export function decideOn(
  validation: Predictions | undefined,
  classes: readonly string[],
  members: readonly number[] | null,
  options: ResolvedOptions,
  notes: string[],
): Decided {
  const temperature = chooseTemperature(validation, options, notes);
  const calibrator = chooseCalibrator(validation, temperature, options, notes);
  return {
    temperature,
    calibrator,
    classRule: chooseClassRule(validation, classes, calibrator, options, notes),
    point: members === null ? null : choosePoint(validation, classes, members, calibrator.applied, options, notes),
    conformal: chooseConformal(validation, options, notes),
    outOfDistribution: chooseOutOfDistribution(validation, options, notes),
  };
}

function chooseTemperature(
  validation: Predictions | undefined,
  options: ResolvedOptions,
  notes: string[],
): Decided['temperature'] {
  if (options.temperature !== undefined) return { value: options.temperature, from: 'given' };
  if (options.calibrationMethod === 'none') return { value: 1, from: 'given' };
  if (validation === undefined) {
    notes.push('No validation samples: probabilities are not calibrated (temperature 1).');
    return { value: 1, from: 'default' };
  }
  const fit = fitTemperature(validation.logits, validation.labels, validation.classes.length);
  if (fit.temperature !== null) return { value: fit.temperature, from: 'validation' };
  notes.push(`No temperature was fitted (1 is used): ${fit.reason}.`);
  return { value: 1, from: 'default' };
}

/** A calibration that was brought stands, and so does a temperature; else the method that was asked for, or the best on validation. */
function chooseCalibrator(
  validation: Predictions | undefined,
  { value, from }: Decided['temperature'],
  { calibration, calibrationMethod: asked }: ResolvedOptions,
  notes: string[],
): CalibratorSection {
  if (calibration !== undefined) return { from: 'given', applied: calibration, candidates: [] };
  const plain: Calibration = { method: 'temperature', temperature: value };
  if (from !== 'validation' || validation === undefined) return { from, applied: plain, candidates: [] };
  const choice = chooseCalibration(validation);
  if (choice === null && asked === 'auto') {
    notes.push('Validation has too few groups to compare ways of calibrating: a temperature it is.');
  }
  const method = asked === 'auto' ? (choice?.method ?? 'temperature') : asked;
  if (method === 'none' || method === 'temperature') {
    return { from, applied: plain, candidates: choice?.candidates ?? [] };
  }
  const applied = fitCalibration(method, validation.logits, validation.labels, validation.classes.length);
  return { from, applied, candidates: choice?.candidates ?? [] };
}

/** A rule that was brought stands; else tau is fitted where that was asked for and more than two classes are there to decide among. */
function chooseClassRule(
  validation: Predictions | undefined,
  classes: readonly string[],
  calibrator: CalibratorSection,
  { classRule, decision }: ResolvedOptions,
  notes: string[],
): ClassRuleSection | null {
  if (classRule !== undefined) return { from: 'given', applied: classRule, fit: null };
  if (decision === 'likeliest') return null;
  if (classes.length === 2) {
    notes.push('Of two classes the operating point decides: a balanced decision is for more.');
    return null;
  }
  const fitted = validation === undefined ? null : fitClassRule(validation, calibrator);
  if (fitted !== null) return { from: 'validation', ...fitted };
  notes.push(
    validation === undefined
      ? 'No validation samples to fit a balanced decision on: the most probable class is decided for.'
      : 'Validation has too few groups to fit a balanced decision on: the most probable class is decided for.',
  );
  return null;
}

function choosePoint(
  validation: Predictions | undefined,
  classes: readonly string[],
  members: readonly number[],
  calibration: Calibration,
  options: ResolvedOptions,
  notes: string[],
): Decided['point'] {
  if (options.operatingPoint !== undefined) return { ...options.operatingPoint, from: 'given', fit: null };
  const rule = parseRule(options.rule);
  const positive = members.map((c) => classes[c]!);
  if (validation !== undefined) {
    const fit = fitOperatingPoint(validation, { positive, rule: options.rule, calibration });
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

function chooseConformal(
  validation: Predictions | undefined,
  { conformal, coverage }: ResolvedOptions,
  notes: string[],
): Decided['conformal'] {
  if (conformal !== undefined) return { from: 'given', applied: conformal };
  if (validation === undefined) return null;
  const applied = fitConformal(validation, coverage);
  const open = applied.classes.filter(({ limit }) => limit === null).map(({ name }) => name);
  if (open.length === 0) return { from: 'validation', applied };
  const needed = Math.ceil(coverage / (1 - coverage) - 1e-9);
  const share = `${Number((100 * coverage).toPrecision(4))}%`;
  if (open.length === applied.classes.length) {
    notes.push(
      `No conformal sets: ${share} needs ${needed} validation groups of each class, and no class has as many.`,
    );
    return null;
  }
  notes.push(
    `Validation has fewer than ${needed} groups of ${open.join(', ')}: at ${share} every conformal set holds ${open.length === 1 ? 'it' : 'them'}.`,
  );
  return { from: 'validation', applied };
}

function chooseOutOfDistribution(
  validation: Predictions | undefined,
  { outOfDistribution, falseAlarmRate }: ResolvedOptions,
  notes: string[],
): Decided['outOfDistribution'] {
  if (outOfDistribution !== undefined) return { from: 'given', applied: outOfDistribution };
  if (validation === undefined) return null;
  const applied = fitOutOfDistribution(validation, falseAlarmRate);
  const { energy, mahalanobis, appearance } = applied;
  if ([energy, mahalanobis?.limit, appearance?.limit].some((limit) => typeof limit === 'number')) {
    return { from: 'validation', applied };
  }
  notes.push(
    `No limit for images unlike those of validation: a false-alarm rate of ${Number((100 * falseAlarmRate).toPrecision(4))}% needs ${Math.ceil(1 / falseAlarmRate - 1 - 1e-9)} validation groups, and there are ${applied.groups}.`,
  );
  return null;
}
