import { join } from 'node:path';
import { writeFileAtomic } from '../../store/files.ts';
import { type Evaluation, EvaluationFile, type Subject } from '../evaluation.ts';
import type { Predictions } from '../predictions.ts';
import { predictionsCsv } from './csv.ts';
import { reportPage } from './page.ts';

/** Names of the files of a report, in its folder. */
export const REPORT_FILES = { json: 'evaluation.json', csv: 'predictions.csv', page: 'report.html' } as const;

/** Writes the report's three files into `folder` (made when absent), each whole or not at all. Answers their paths. */
export async function writeReport(
  folder: string,
  report: { evaluation: Evaluation; predictions: Predictions; subject: Subject },
): Promise<{ json: string; csv: string; page: string }> {
  const file = EvaluationFile.parse({ ...report.evaluation, subject: report.subject });
  const paths = {
    json: join(folder, REPORT_FILES.json),
    csv: join(folder, REPORT_FILES.csv),
    page: join(folder, REPORT_FILES.page),
  };
  await writeFileAtomic(paths.csv, predictionsCsv(report.evaluation, report.predictions));
  await writeFileAtomic(paths.page, reportPage(file));
  // Last: where it lies, the report is whole.
  await writeFileAtomic(paths.json, `${JSON.stringify(file, null, 1)}\n`);
  return paths;
}
