import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { OslerError } from '../../errors.ts';
import { ErrorCases } from '../error-cases.ts';
import type { EvaluationFile } from '../evaluation.ts';
import { Explanations } from '../explanations.ts';
import { Repeats } from '../repeats/repeats.ts';
import { type Robustness, RobustnessFile } from '../robustness/robustness.ts';

/** Names of the files of a report, in its folder. The last ones are there when something made them. */
export const REPORT_FILES = {
  json: 'evaluation.json',
  csv: 'predictions.csv',
  page: 'report.html',
  card: 'model-card.md',
  errors: 'errors.json',
  explanations: 'explanations.json',
  stress: 'stress.json',
  repeats: 'repeats.json',
} as const;

/** What a report shows beside the evaluation itself. */
export interface Parts {
  errors: ErrorCases | null;
  explanations: Explanations | null;
  stress: Robustness | null;
  /** Of the group that the run belongs to. */
  repeats: Repeats | null;
}

export const NO_PARTS: Parts = { errors: null, explanations: null, stress: null, repeats: null };

/**
 * The parts in the folder that belong to this subject, asked in these views, and these samples; others are of another time and are
 * passed over.
 */
export async function readParts(
  folder: string,
  file: Pick<EvaluationFile, 'subject' | 'samples' | 'split'>,
): Promise<Parts> {
  const errors = await readPart(join(folder, REPORT_FILES.errors), ErrorCases);
  const explanations = await readPart(join(folder, REPORT_FILES.explanations), Explanations);
  const stress = await readPart(join(folder, REPORT_FILES.stress), RobustnessFile);
  const repeats = await readPart(join(folder, REPORT_FILES.repeats), Repeats);
  const { id, training } = file.subject;
  const epoch = training?.best?.epoch ?? null;
  const { views = 'none' } = file.subject;
  return {
    errors: errors?.subject === id && errors.samples === file.samples ? errors : null,
    explanations:
      explanations?.subject === id &&
      explanations.split === file.split &&
      explanations.epoch === epoch &&
      (explanations.views ?? 'none') === views
        ? explanations
        : null,
    stress:
      stress?.subject.id === id &&
      stress.split === file.split &&
      (stress.subject.training?.best?.epoch ?? null) === epoch &&
      (stress.subject.views ?? 'none') === views
        ? stress
        : null,
    repeats:
      repeats?.split === file.split && repeats.members.some(({ run }) => run === (training?.run ?? id))
        ? repeats
        : null,
  };
}

/** A JSON file by its schema, or null where it is not there. Throws DATA_INVALID naming the file. */
export async function readPart<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T> | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${path} is not what its name says.`, {
      hint: 'Remove it, and make it again.',
      cause,
    });
  }
}
