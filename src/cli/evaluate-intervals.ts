import { type Command, Option } from 'commander';
import { DEFAULT_REFERENCES } from '../evaluation/metrics/names.ts';
import type { EvaluateOptions } from '../evaluation/options.ts';
import { share, wholeNumber } from './options.ts';

/** How intervals are made and where curves are read, as a person asks for it. */
export interface IntervalOptions {
  resamples: number;
  seed: number;
  proportions: 'wilson' | 'clopper-pearson';
  atSensitivity: number;
  atSpecificity: number;
}

export function addIntervalOptions(command: Command): Command {
  const { sensitivity, specificity } = DEFAULT_REFERENCES;
  return command
    .option('--resamples <n>', 'bootstrap resamples for intervals without a formula', wholeNumber(0, 1_000_000), 10_000)
    .option('--seed <n>', 'of the resamples', wholeNumber(0, 2 ** 31 - 1), 0)
    .addOption(
      new Option(
        '--proportions <interval>',
        "of a share of independent samples: Wilson's, or Clopper and Pearson's, wider and never too narrow",
      )
        .choices(['wilson', 'clopper-pearson'])
        .default('wilson'),
    )
    .option(
      '--at-sensitivity <share>',
      'sensitivity at which the specificity is read off the curve',
      share(0.01, 1),
      sensitivity,
    )
    .option(
      '--at-specificity <share>',
      'specificity at which the sensitivity is read; the partial AUROC is of higher ones',
      share(0.01, 0.999),
      specificity,
    );
}

export function intervalSettings(options: IntervalOptions): EvaluateOptions {
  const { resamples, seed, proportions, atSensitivity: sensitivity, atSpecificity: specificity } = options;
  return {
    resamples,
    seed,
    proportions: proportions === 'wilson' ? 'wilson' : 'clopperPearson',
    // 1 - 0.9 is not quite 0.1.
    references: { sensitivity, specificity, falsePositiveRate: Number((1 - specificity).toPrecision(12)) },
  };
}
