import { join } from 'node:path';
import { writeFileAtomic } from '../../store/files.ts';
import type { Side } from './compare.ts';
import { Comparison } from './comparison.ts';
import { answersCsv } from './csv.ts';
import { comparisonPage } from './page/page.ts';

/** Writes comparison.json, comparison.html and answers.csv into `folder` (made when absent), each whole or not at all. */
export async function writeComparison(
  folder: string,
  comparison: Comparison,
  sides: readonly Side[],
  pictures: ReadonlyMap<string, string>,
): Promise<{ json: string; page: string; csv: string }> {
  const checked = Comparison.parse(comparison);
  const paths = {
    json: join(folder, 'comparison.json'),
    page: join(folder, 'comparison.html'),
    csv: join(folder, 'answers.csv'),
  };
  await writeFileAtomic(paths.csv, answersCsv(checked, sides));
  await writeFileAtomic(paths.page, comparisonPage(checked, pictures));
  // Last: where it lies, the comparison is whole.
  await writeFileAtomic(paths.json, `${JSON.stringify(checked, null, 1)}\n`);
  return paths;
}
