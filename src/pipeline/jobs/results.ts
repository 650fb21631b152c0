/** What a job said, as lines: JSON or CSV, in the order of its images, in constant memory. */
import type { JobResult } from '../../store/jobs/types.ts';
import { type LeakCounts, stampWords } from '../../store/leak-stamp.ts';
import type { Store } from '../../store/store.ts';

export const RESULT_FORMATS = ['jsonl', 'csv'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

const PAGE = 1_000;

/** What was said of an item, as its line has it. */
export interface Answer {
  label?: string;
  probabilities?: Record<string, number>;
  positive?: { probability: number; threshold: number; verdict: boolean };
  set?: { labels: string[] };
  outOfDistribution?: { verdict: boolean };
  abstention?: { reason: string; words: string } | null;
  stamps?: string[];
  leaks?: LeakCounts;
  model?: { name: string; version?: number };
  routing?: { variant: string };
  requestId?: string;
  error?: { code: string; message: string };
}

async function* pages(store: Store, id: string): AsyncGenerator<JobResult> {
  for (let after = -1; ; ) {
    const rows = await store.jobs.results(id, { after, limit: PAGE });
    yield* rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.number;
  }
}

/** Lines with their line feeds. Images that are still open have no line in JSON, and empty cells in CSV. */
export async function* resultLines(store: Store, id: string, format: ResultFormat): AsyncGenerator<string> {
  if (format === 'jsonl') {
    for await (const { name, outcome, image, answer } of pages(store, id)) {
      if (outcome !== null) yield `${JSON.stringify({ file: name, outcome, image, ...answer })}\n`;
    }
    return;
  }
  const labels = await labelsOf(store, id);
  yield csvLine([
    'file',
    'outcome',
    'label',
    ...labels.map((label) => `probability_${label}`),
    'positive_probability',
    'threshold',
    'verdict',
    'set',
    'out_of_distribution',
    'abstention',
    'stamps',
    'model',
    'prediction',
    'sha256',
    'error',
  ]);
  for await (const { name, outcome, image, answer } of pages(store, id)) {
    const said = (answer ?? {}) as Answer;
    const { positive } = said;
    yield csvLine([
      name,
      outcome,
      said.label,
      ...labels.map((label) => said.probabilities?.[label]),
      positive?.probability,
      positive?.threshold,
      positive && (positive.verdict ? 'positive' : 'negative'),
      said.set?.labels.join('|'),
      said.outOfDistribution?.verdict,
      said.abstention?.reason,
      said.stamps && stampWords(said.stamps, said.leaks).join('|'),
      modelName(said),
      said.requestId,
      image,
      said.error?.message,
    ]);
  }
}

/** Who answered: the deployment's variant, or the version. */
export const modelName = ({ model, routing }: Answer): string | undefined =>
  routing?.variant ?? (model && (model.version === undefined ? model.name : `${model.name}@${model.version}`));

/** Of all models that answered, in the order in which they first did. */
async function labelsOf(store: Store, id: string): Promise<string[]> {
  const found = new Set<string>();
  for await (const { answer } of pages(store, id)) {
    for (const label of Object.keys((answer as Answer | null)?.probabilities ?? {})) found.add(label);
  }
  return [...found];
}

/** What a spreadsheet would take for a formula. Names of files come from whoever sent them. */
const FORMULA = /^[=+\-@\t\r]/;

/** RFC 4180; what looks like a formula is quoted as spreadsheets do it. */
function csvLine(values: readonly (string | number | boolean | null | undefined)[]): string {
  const cells = values.map((value) => {
    const plain = value === null || value === undefined ? '' : String(value);
    const text = typeof value === 'string' && FORMULA.test(value) ? `'${plain}` : plain;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${cells.join(',')}\n`;
}
