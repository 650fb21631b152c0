import { parse } from 'csv-parse/sync';
import { OslerError } from '../../errors.ts';
import { REPORT_FILES } from '../../evaluation/report/parts.ts';
import type { Store } from '../../store/store.ts';
import { textOf } from './evaluations.ts';

/** What an evaluation answered to one sample. */
export interface KeptAnswer {
  id: string;
  label: string;
  /** Class decided for. */
  predicted: string;
  /** Calibrated, 0 to 1, in the order of the classes. */
  probabilities: number[];
  /** Of the positive classes together; null without an operating point. */
  question: { score: number; positive: boolean } | null;
  group: string;
}

export interface KeptAnswers {
  classes: string[];
  rows: KeptAnswer[];
}

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
      {
        hint: 'Choose runs of one version of a dataset. Models of several are asked the same images in a terminal: osler compare.',
      },
    );
  return { name: first.name, version: first.version };
}

/**
 * What `predictions.csv` holds, as an evaluation left it; null for a run that was not evaluated on the split. Throws DATA_INVALID for a
 * file that is none.
 */
export async function keptAnswers(store: Store, run: string, split: string): Promise<KeptAnswers | null> {
  const path = `evaluation/${split}/${REPORT_FILES.csv}`;
  const text = await textOf(store, run, path).catch((error: unknown) => {
    if (error instanceof OslerError && (error.code === 'NOT_FOUND' || error.code === 'USAGE')) return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return answersIn(text);
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${path} of run ${run.slice(0, 12)} holds no answers.`, {
      hint: `Measure the run again: on its page under Evaluation, or by osler evaluate ${run.slice(0, 12)}`,
      cause,
    });
  }
}

/** The text of `predictions.csv`, by place, as predictionsCsv writes it: a class may be called `positive`, and then two columns have one name. */
export function answersIn(text: string): KeptAnswers {
  const [header = [], ...lines]: string[][] = parse(text, { skip_empty_lines: true });
  if (header.slice(0, 3).join() !== 'id,label,predicted' || header.at(-1) !== 'group')
    throw new Error(`Its columns are ${header.join(', ')}.`);
  // Columns of classes begin with p_: this is none of them.
  const asked = header.at(-2) === 'verdict';
  const end = header.length - (asked ? 3 : 1);
  return {
    classes: header.slice(3, end).map((column) => column.slice('p_'.length)),
    rows: lines.map((cells) => ({
      id: cells[0]!,
      label: cells[1]!,
      predicted: cells[2]!,
      probabilities: cells.slice(3, end).map(Number),
      question: asked ? { score: Number(cells[end]), positive: cells[end + 1] === 'positive' } : null,
      group: cells.at(-1)!,
    })),
  };
}
