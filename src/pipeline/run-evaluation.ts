import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleManifest } from '../bundle/manifest.ts';
import type { Dataset } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { positiveClasses } from '../evaluation/check.ts';
import { decideOn } from '../evaluation/decisions/choose.ts';
import type { ClassRule, Conformal, OutOfDistribution } from '../evaluation/decisions/spec.ts';
import type { Estimate } from '../evaluation/estimate.ts';
import { type Evaluation, EvaluationFile, type OperatingPoint } from '../evaluation/evaluation.ts';
import { Measuring } from '../evaluation/measuring.ts';
import { EvaluateOptions } from '../evaluation/options.ts';
import type { Predictions } from '../evaluation/predictions.ts';
import { modelCard } from '../evaluation/report/card.ts';
import { NO_PARTS, REPORT_FILES, readPart, readParts } from '../evaluation/report/parts.ts';
import type { Report } from '../evaluation/report/record.ts';
import type { Views } from '../evaluation/views.ts';
import { checkpointDir, evaluationDir } from '../store/paths.ts';
import type { RunRecord } from '../store/run.ts';
import { decisionOf, viewsOf } from '../training/config.ts';
import { type InferOptions, inferSplit } from '../training/infer.ts';
import { runSubject } from './subject.ts';

type Interval = BundleManifest['metrics'][string];

/** What of an evaluation goes into a bundle. */
export type Decisions = Pick<
  BundleManifest,
  'temperature' | 'calibration' | 'operatingPoint' | 'classRule' | 'conformal' | 'outOfDistribution' | 'metrics'
> & {
  /** Where they come from, in words. */
  source: string;
  /** The model card; null where nothing was measured. */
  card: string | null;
};

/** In which views a run's bundle looks at an image: as its last evaluation did, to which its decisions belong; else as the recipe says. */
export function exportedViews(run: RunRecord, made: EvaluationFile | null): Views {
  return made === null ? viewsOf(run) : (made.subject.views ?? 'none');
}

/** In which views a run is asked for the evaluation in `folder`: as that one did where it is of this run; else as the recipe says. */
export async function viewsIn(folder: string, run: RunRecord): Promise<Views> {
  const made = await readPart(join(folder, REPORT_FILES.json), EvaluationFile);
  return exportedViews(run, made?.subject.id === run.id ? made : null);
}

/**
 * What a run's bundle decides by, and its test metrics: from its last evaluation on the test split (`made`), else they are fitted on
 * validation and measured on test now.
 */
export async function decisionsOf(
  home: string,
  run: RunRecord,
  dataset: Dataset,
  made: EvaluationFile | null,
  options: InferOptions,
): Promise<Decisions> {
  if (made !== null) {
    const parts = await readParts(evaluationDir(home, run.id, 'test'), made);
    return fromEvaluation({ file: made, parts }, 'as its evaluation fitted them on validation');
  }
  const has = (split: 'val' | 'test'): boolean => dataset.samples(split).length > 0;
  const validation = has('val') ? await inferSplit(home, run.id, dataset, 'val', options) : undefined;
  if (has('test')) {
    const test = await inferSplit(home, run.id, dataset, 'test', options);
    await using measuring = new Measuring(options.signal);
    const evaluation = await measuring.evaluate({
      validation,
      test,
      options: { split: 'test', positive: run.positive, decision: decisionOf(run) },
    });
    const file = { ...evaluation, subject: runSubject(run, dataset) };
    return fromEvaluation({ file, parts: NO_PARTS }, 'fitted on validation, measured on test');
  }
  return fromValidation(run, validation);
}

function fromEvaluation(report: Report, source: string): Decisions {
  const evaluation = report.file;
  const { temperature, calibrator, operatingPoint, classRule, conformal, outOfDistribution } = evaluation;
  return {
    temperature: temperature.value,
    ...fitted({ calibrator, operatingPoint, classRule, conformal, outOfDistribution }),
    metrics: intervals({
      ...evaluation.metrics,
      ...(conformal && { conformalCoverage: conformal.covered }),
      ...(outOfDistribution && { outOfDistribution: outOfDistribution.flagged }),
    }),
    source,
    card: modelCard(report),
  };
}

/** Without a test split nothing is measured; without validation nothing is fitted either. */
function fromValidation(run: RunRecord, validation: Predictions | undefined): Decisions {
  const { labels } = run;
  const options = EvaluateOptions.parse({ positive: run.positive, decision: decisionOf(run) });
  const decided = decideOn(validation, labels, positiveClasses(labels, run.positive), options, []);
  const { temperature, point, ...rest } = decided;
  return {
    temperature: temperature.value,
    // Half and half is no choice to be served.
    ...fitted({ ...rest, operatingPoint: point?.from === 'default' ? null : point }),
    metrics: {},
    card: null,
    source:
      validation === undefined ? 'defaults: no validation or test samples' : 'fitted on validation; no test samples',
  };
}

function fitted({
  calibrator,
  operatingPoint: point,
  classRule,
  conformal,
  outOfDistribution,
}: {
  calibrator: Evaluation['calibrator'];
  operatingPoint: OperatingPoint | null;
  classRule: { applied: ClassRule } | null;
  conformal: { applied: Conformal } | null;
  outOfDistribution: { applied: OutOfDistribution } | null;
}): Pick<Decisions, 'calibration' | 'operatingPoint' | 'classRule' | 'conformal' | 'outOfDistribution'> {
  const calibration = calibrator?.applied ?? null;
  return {
    calibration: calibration?.method === 'temperature' ? null : calibration,
    operatingPoint: point && { positive: point.positive, threshold: point.threshold, rule: point.rule },
    classRule: classRule?.applied ?? null,
    conformal: conformal?.applied ?? null,
    outOfDistribution: outOfDistribution?.applied ?? null,
  };
}

function intervals(estimates: Record<string, Estimate>): Record<string, Interval> {
  return Object.fromEntries(
    Object.entries(estimates).flatMap(([name, { value, low, high }]) =>
      value === null ? [] : [[name, { value, low, high }] as const],
    ),
  );
}

/** The evaluation of the test split in the run's folder, unless the checkpoint is newer. */
export async function lastEvaluation(home: string, run: RunRecord): Promise<EvaluationFile | null> {
  const path = join(evaluationDir(home, run.id, 'test'), REPORT_FILES.json);
  const [evaluated, trained] = await Promise.all([
    modified(path),
    modified(join(checkpointDir(home, run.id, 'best'), 'model.safetensors')),
  ]);
  if (evaluated === null || (trained !== null && trained > evaluated)) return null;
  const parsed = EvaluationFile.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new OslerError('DATA_INVALID', `${path} is not an evaluation.`, {
    hint: `Measure the run again: on its page under Evaluation, or by osler evaluate ${run.id.slice(0, 8)}`,
    cause: parsed.error,
  });
}

async function modified(path: string): Promise<number | null> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    },
  );
}
