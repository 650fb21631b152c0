import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Split } from '../../data/sample.ts';
import { positiveClasses } from '../../evaluation/check.ts';
import { errorCases } from '../../evaluation/error-cases.ts';
import type { Evaluation } from '../../evaluation/evaluation.ts';
import { Measuring } from '../../evaluation/measuring.ts';
import type { EvaluateOptions } from '../../evaluation/options.ts';
import { REPORT_FILES } from '../../evaluation/report/parts.ts';
import { writeReport } from '../../evaluation/report/write.ts';
import type { Subject } from '../../evaluation/subject.ts';
import { stampWords } from '../../store/leak-stamp.ts';
import { withPictures } from '../pictures.ts';
import type { Workplace } from '../workplace.ts';
import { choose, type Wishes } from './choice.ts';
import type { Evaluated } from './find.ts';
import { measure } from './measure.ts';

export interface Asked extends Wishes {
  split: Split;
  /** Where the report goes; default: with the run, or with the bundle's evaluations. */
  folder?: string | undefined;
  /** What no record can know, for checklists and model card. */
  about?: NonNullable<Subject['about']> | undefined;
  /** How it is measured; `split` and `positive` stand above. */
  settings: EvaluateOptions;
}

export interface Told {
  evaluation: Evaluation;
  paths: Awaited<ReturnType<typeof writeReport>>;
}

/**
 * Measures a run or a bundle on a split of its dataset, or on a folder of labelled images: writes the report, and lets the run know what
 * was measured on test, where the report stands with it. Warns of stamps, and of a test split that was looked at before. Throws what its parts throw.
 */
export async function evaluateOne(evaluated: Evaluated, asked: Asked, place: Workplace): Promise<Told> {
  const { split, data, folder: chosen, about, settings } = asked;
  const label = data === undefined ? split : basename(resolve(data));
  const folder = chosen ?? join(evaluated.reports, data === undefined ? label : `data-${label}`);
  const positive = settings.positive ?? evaluated.positive;
  // A name that is no class is refused before anything is predicted.
  positiveClasses(evaluated.labels, positive);
  if (data === undefined && split === 'test') await tellSecondLook(folder, evaluated, place);
  const options = {
    ...settings,
    positive,
    decision: settings.decision ?? evaluated.decision,
    split: label,
  };
  const { validation, given } = await choose(evaluated, asked, options, place);
  const { test, path, folder: elsewhere } = await measure(evaluated, asked, validation, place);
  await using measuring = new Measuring(place.signal);
  const evaluation = await measuring.evaluate({ validation, test, options: { ...options, ...given } });
  if (data === undefined && split === 'train') {
    evaluation.notes.unshift(
      'The model has learnt from these very samples: this says how well it remembers, not how well it does.',
    );
  }
  const subject = { ...evaluated.subject, folder: elsewhere, ...(about && { about }) };
  const errors = await withPictures(errorCases(evaluation, test, subject.id), path);
  const paths = await writeReport(folder, { evaluation, predictions: test, subject, errors });
  // Of validation the run has a metric for each epoch already, under these names. A report that goes elsewhere may ask another
  // question, and the run's metrics are those of the report that stands with it.
  const measuredAs = { label: data === undefined ? label : `data-${label}`, metrics: evaluation.metrics };
  const isRuns = split === 'test' && chosen === undefined;
  await evaluated.record(Object.values(paths), isRuns ? measuredAs : undefined);
  const { stamps, leaks } = evaluated.subject;
  for (const stamp of stampWords(stamps, leaks)) place.out.warn(`Stamped ${stamp}.`);
  return { evaluation, paths };
}

/** Whoever chooses a model by its test results has made them validation results. */
async function tellSecondLook(folder: string, { subject }: Evaluated, { out }: Workplace): Promise<void> {
  const before = await stat(join(folder, REPORT_FILES.json)).catch(() => null);
  if (before === null) return;
  out.warn(
    `${subject.name} was measured on its test split on ${before.mtime.toISOString().slice(0, 10)} already. A threshold or a model that is chosen by a look at test is no longer measured by it.`,
  );
}
