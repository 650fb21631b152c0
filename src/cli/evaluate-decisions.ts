import { type Command, Option } from 'commander';
import { CALIBRATION_METHODS, CLASS_DECISIONS, type ClassDecision } from '../evaluation/decisions/spec.ts';
import type { Evaluation } from '../evaluation/evaluation.ts';
import type { EvaluateOptions } from '../evaluation/options.ts';
import { share } from './options.ts';

/** What is fitted on validation beside the threshold, as a person asks for it. */
export interface DecisionOptions {
  calibration?: NonNullable<EvaluateOptions['calibrationMethod']>;
  decision?: ClassDecision;
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
    .addOption(
      new Option(
        '--decision <how>',
        "which of more than two classes is decided for: the likeliest, or balanced by the classes' shares (default: the recipe's)",
      ).choices(CLASS_DECISIONS),
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

export function decisionSettings({ calibration, decision, coverage, falseAlarms }: DecisionOptions): EvaluateOptions {
  return {
    ...(calibration === undefined ? {} : { calibrationMethod: calibration }),
    ...(decision === undefined ? {} : { decision }),
    ...(coverage === undefined ? {} : { coverage }),
    ...(falseAlarms === undefined ? {} : { falseAlarmRate: falseAlarms }),
  };
}

/** For `--json`: what was decided and what it did, without the model of the embeddings. */
export function decisionsAnswer({ calibrator, classRule, conformal, outOfDistribution }: Evaluation) {
  return {
    calibration: calibrator && {
      method: calibrator.applied.method,
      from: calibrator.from,
      candidates: calibrator.candidates,
    },
    classRule,
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
