import { join } from 'node:path';
import { writeFileAtomic } from '../../store/files.ts';
import { ErrorCases } from '../error-cases.ts';
import { type Evaluation, EvaluationFile, type Subject } from '../evaluation.ts';
import type { Predictions } from '../predictions.ts';
import { modelCard } from './card.ts';
import { predictionsCsv } from './csv.ts';
import { reportPage } from './page.ts';
import { type Parts, REPORT_FILES, readPart, readParts } from './parts.ts';

export { REPORT_FILES } from './parts.ts';

export interface WrittenReport {
  json: string;
  csv: string;
  page: string;
  card: string;
}

/**
 * Writes the report's files into `folder` (made when absent), each whole or not at all: numbers, answers, page, model card, and the
 * error cases where they are given. What other commands left there of the same subject (explanations.json, stress.json) is shown too.
 * Answers the paths.
 */
export async function writeReport(
  folder: string,
  report: { evaluation: Evaluation; predictions: Predictions; subject: Subject; errors?: ErrorCases },
): Promise<WrittenReport> {
  const file = EvaluationFile.parse({ ...report.evaluation, subject: report.subject });
  const paths = pathsOf(folder);
  await writeFileAtomic(paths.csv, predictionsCsv(report.evaluation, report.predictions));
  if (report.errors !== undefined) {
    const errors = ErrorCases.parse(report.errors);
    await writeFileAtomic(join(folder, REPORT_FILES.errors), `${JSON.stringify(errors, null, 1)}\n`);
  }
  await writePages(paths, file, await readParts(folder, file));
  // Last: where it lies, the report is whole.
  await writeFileAtomic(paths.json, `${JSON.stringify(file, null, 1)}\n`);
  return paths;
}

/** Writes page and card of a report again, after a part of it was made. Null where the folder holds no report yet. */
export async function renewReport(folder: string): Promise<WrittenReport | null> {
  const paths = pathsOf(folder);
  const file = await readPart(paths.json, EvaluationFile);
  if (file === null) return null;
  await writePages(paths, file, await readParts(folder, file));
  return paths;
}

async function writePages(paths: WrittenReport, file: EvaluationFile, parts: Parts): Promise<void> {
  await writeFileAtomic(paths.page, reportPage(file, parts));
  await writeFileAtomic(paths.card, modelCard({ file, parts }));
}

function pathsOf(folder: string): WrittenReport {
  return {
    json: join(folder, REPORT_FILES.json),
    csv: join(folder, REPORT_FILES.csv),
    page: join(folder, REPORT_FILES.page),
    card: join(folder, REPORT_FILES.card),
  };
}
