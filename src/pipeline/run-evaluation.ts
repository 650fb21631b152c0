import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { fitTemperature } from '../evaluation/decisions/calibration/temperature.ts';
import { fitOperatingPoint } from '../evaluation/decisions/operating-point.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { type Evaluation, EvaluationFile } from '../evaluation/evaluation.ts';
import type { Predictions } from '../evaluation/predictions.ts';
import { REPORT_FILES } from '../evaluation/report/write.ts';
import { checkpointDir, evaluationDir } from '../store/paths.ts';
import type { RunRecord } from '../store/run.ts';
import { type InferOptions, inferSplit } from '../training/infer.ts';

/** What of an evaluation goes into a bundle. */
export interface Decisions {
  temperature: number;
  operatingPoint: { positive: string[]; threshold: number; rule: string } | null;
  metrics: Record<string, { value: number; low: number | null; high: number | null }>;
  /** Where they come from, in words. */
  source: string;
}

/**
 * Temperature, operating point and test metrics of a run: from its last evaluation on the test split, where one was made after the
 * checkpoint; else they are fitted on validation and measured on test now.
 */
export async function decisionsOf(
  home: string,
  run: RunRecord,
  dataset: Dataset,
  options: InferOptions,
): Promise<Decisions> {
  const made = await lastEvaluation(home, run);
  if (made !== null) return fromEvaluation(made, 'as its evaluation fitted them on validation');
  const has = (split: 'val' | 'test'): boolean => dataset.samples(split).length > 0;
  const validation = has('val') ? await inferSplit(home, run.id, dataset, 'val', options) : undefined;
  if (has('test')) {
    const test = await inferSplit(home, run.id, dataset, 'test', options);
    const evaluation = evaluate({ validation, test, options: { split: 'test', positive: run.positive } });
    return fromEvaluation(evaluation, 'fitted on validation, measured on test');
  }
  return fromValidation(run, validation);
}

function fromEvaluation({ temperature, operatingPoint, metrics }: Evaluation, source: string): Decisions {
  const known = Object.entries(metrics).flatMap(([name, { value, low, high }]) =>
    value === null ? [] : [[name, { value, low, high }] as const],
  );
  const point = operatingPoint && {
    positive: operatingPoint.positive,
    threshold: operatingPoint.threshold,
    rule: operatingPoint.rule,
  };
  return { temperature: temperature.value, operatingPoint: point, metrics: Object.fromEntries(known), source };
}

/** Without a test split nothing is measured; without validation nothing is fitted either. */
function fromValidation(run: RunRecord, validation: Predictions | undefined): Decisions {
  if (validation === undefined)
    return { temperature: 1, operatingPoint: null, metrics: {}, source: 'defaults: no validation or test samples' };
  const { classes, labels, logits } = validation;
  const temperature = fitTemperature(logits, labels, classes.length).temperature ?? 1;
  const positive = run.positive ?? (classes.length === 2 ? [classes[1]!] : []);
  const fitted =
    positive.length === 0
      ? null
      : fitOperatingPoint(validation, { positive, calibration: { method: 'temperature', temperature } });
  const point = fitted && { positive: fitted.positive, threshold: fitted.threshold, rule: fitted.rule };
  return { temperature, operatingPoint: point, metrics: {}, source: 'fitted on validation; no test samples' };
}

/** The evaluation of the test split in the run's folder, unless the checkpoint is newer. */
async function lastEvaluation(home: string, run: RunRecord): Promise<Evaluation | null> {
  const path = join(evaluationDir(home, run.id, 'test'), REPORT_FILES.json);
  const [evaluated, trained] = await Promise.all([
    modified(path),
    modified(join(checkpointDir(home, run.id, 'best'), 'model.safetensors')),
  ]);
  if (evaluated === null || (trained !== null && trained > evaluated)) return null;
  const parsed = EvaluationFile.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new OslerError('DATA_INVALID', `${path} is not an evaluation.`, {
    hint: `Make it again: osler evaluate ${run.id.slice(0, 8)}`,
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
