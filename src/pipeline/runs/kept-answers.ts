import { parse } from 'csv-parse/sync';
import { OslerError } from '../../errors.ts';
import { REPORT_FILES } from '../../evaluation/report/parts.ts';
import type { Store } from '../../store/store.ts';
import { textOf } from './evaluations.ts';

/** The version that all runs were trained on. Throws USAGE where there is none, or where they saw different ones. */
export function commonDataset(of: ({ name: string; version: number; digest: string } | undefined)[]): {
  name: string;
  version: number;
} {
  const known = of.filter((one) => one !== undefined);
  const [first] = known;
  if (first === undefined || known.length < of.length)
    throw new OslerError('USAGE', 'One of these runs is not a training of Osler: it has no images to compare.');
  const other = known.find(({ digest }) => digest !== first.digest);
  if (other !== undefined)
    throw new OslerError(
      'USAGE',
      `These runs saw different images: ${first.name}@${first.version} and ${other.name}@${other.version}.`,
      { hint: 'Compare runs on one version of a dataset; osler compare measures models on the same samples.' },
    );
  return { name: first.name, version: first.version };
}

/** The rows of `predictions.csv` as an evaluation left them; null for a run that was not evaluated on the split. */
export async function keptRows(store: Store, run: string, split: string): Promise<Record<string, string>[] | null> {
  const path = `evaluation/${split}/${REPORT_FILES.csv}`;
  const text = await textOf(store, run, path).catch((error: unknown) => {
    if (error instanceof OslerError && (error.code === 'NOT_FOUND' || error.code === 'USAGE')) return null;
    throw error;
  });
  return text === null ? null : parse(text, { columns: true, skip_empty_lines: true });
}
