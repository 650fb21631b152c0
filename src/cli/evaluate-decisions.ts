import { type Command, Option } from 'commander';
import { CALIBRATION_METHODS } from '../evaluation/decisions/spec.ts';
import type { Evaluation } from '../evaluation/evaluation.ts';
import type { EvaluateOptions } from '../evaluation/options.ts';
import { share } from './options.ts';

/** What is fitted on validation beside the threshold, as a person asks for it. */
export interface DecisionOptions {
  calibration?: NonNullable<EvaluateOptions['calibrationMethod']>;
  coverage?: number;
  falseAlarms?: number;
}

export function addDecisionOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--calibration <how>',
        'how probabilities are calibrated on validation (default: auto, the best by log loss on held-out parts of it)',
      ).choices(['auto', 'none', ...CALIBRATION_METHODS]),
    )
    .option(
      '--coverage <share>',
      "share of each class' samples whose conformal set shall hold the truth (default: 0.9)",
      share(0.5, 0.999),
    )
    .option(
      '--false-alarms <share>',
      'share of images like those of validation that may be called unlike them (default: 0.05)',
      share(0.001, 0.5),
    );
}

export function decisionSettings({ calibration, coverage, falseAlarms }: DecisionOptions): EvaluateOptions {
  return {
    ...(calibration === undefined ? {} : { calibrationMethod: calibration }),
    ...(coverage === undefined ? {} : { coverage }),
    ...(falseAlarms === undefined ? {} : { falseAlarmRate: falseAlarms }),
  };
}

/** For `--json`: what was decided and what it did, without the model of the embeddings. */
export function decisionsAnswer({ calibrator, conformal, outOfDistribution }: Evaluation) {
  return {
    calibration: calibrator && {
      method: calibrator.applied.method,
      from: calibrator.from,
      candidates: calibrator.candidates,
    },
    conformal: conformal && {
      from: conformal.from,
      coverage: conformal.applied.coverage,
      covered: conformal.covered,
      classes: conformal.classes,
      sizes: conformal.sizes,
      meanSize: conformal.meanSize,
      singleCorrect: conformal.singleCorrect,
    },
    outOfDistribution: outOfDistribution && {
      from: outOfDistribution.from,
      falseAlarmRate: outOfDistribution.applied.falseAlarmRate,
      limits: {
        energy: outOfDistribution.applied.energy,
        mahalanobis: outOfDistribution.applied.mahalanobis?.limit ?? null,
      },
      flagged: outOfDistribution.flagged,
      byEnergy: outOfDistribution.byEnergy,
      byMahalanobis: outOfDistribution.byMahalanobis,
      accuracy: outOfDistribution.accuracy,
    },
  };
}
