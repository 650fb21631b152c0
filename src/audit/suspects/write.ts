import { join } from 'node:path';
import type { Dataset } from '../../data/sample.ts';
import { writeFileAtomic } from '../../store/files.ts';
import { suspectsPage } from './page.ts';
import { Suspects } from './suspects.ts';

export const SUSPECT_FILES = {
  json: 'suspects.json',
  csv: 'suspects.csv',
  labels: 'labels.csv',
  page: 'suspects.html',
} as const;

/** Writes the files into `folder` (made when absent), each whole or not at all. Answers their paths. */
export async function writeSuspects(
  folder: string,
  result: Suspects,
  dataset: Dataset,
  signal?: AbortSignal,
): Promise<Record<keyof typeof SUSPECT_FILES, string>> {
  const paths = {
    json: join(folder, SUSPECT_FILES.json),
    csv: join(folder, SUSPECT_FILES.csv),
    labels: join(folder, SUSPECT_FILES.labels),
    page: join(folder, SUSPECT_FILES.page),
  };
  await writeFileAtomic(paths.csv, suspectsTable(result));
  await writeFileAtomic(paths.labels, labelsTable(dataset));
  await writeFileAtomic(paths.page, await suspectsPage(result, dataset, signal));
  await writeFileAtomic(paths.json, `${JSON.stringify(Suspects.parse(result), null, 1)}\n`);
  return paths;
}

/** For a person to go through, the surest first. */
function suspectsTable({ suspects }: Suspects): string {
  const rows = suspects.map(({ id, split, label, suggested, probability, suggestedProbability }) => [
    id,
    label,
    suggested,
    probability.toFixed(4),
    suggestedProbability.toFixed(4),
    split,
  ]);
  return csv([['id', 'label', 'suggested', 'probability', 'suggestedProbability', 'split'], ...rows]);
}

/** Every image of the version with its label, group and columns: corrected, it is the metadata of the next import. */
function labelsTable(dataset: Dataset): string {
  const samples = [...dataset.samples(), ...dataset.excluded];
  const columns = [...new Set(samples.flatMap(({ meta }) => Object.keys(meta)))].sort();
  const grouped = samples.some(({ group }) => group !== undefined);
  const rows = samples.map(({ id, label, group, meta }) => [
    id,
    label,
    ...(grouped ? [group ?? ''] : []),
    ...columns.map((column) => String(meta[column] ?? '')),
  ]);
  return csv([['id', 'label', ...(grouped ? ['group'] : []), ...columns], ...rows]);
}

function csv(rows: readonly (readonly string[])[]): string {
  return `${rows.map((row) => row.map(cell).join(',')).join('\n')}\n`;
}

/** Quoted where it must be; a leading =, +, - or @ would be a formula in a spreadsheet. */
function cell(text: string): string {
  const plain = /^[=+@-]/.test(text) && !/^-?\d/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
