import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import { writeFileAtomic } from '../../store/files.ts';
import type { Predictions } from '../predictions.ts';

const Line = z.object({
  id: z.string(),
  label: z.string(),
  group: z.string(),
  /** Whose network said it: the one that did not see the sample. */
  fold: z.int().min(0),
  logits: z.array(z.number()),
});

/** What networks said of samples that they were not trained on: one JSON object a line, classes in the first. */
const Head = z.object({ format: z.literal('osler-out-of-fold/1'), classes: z.array(z.string()).min(2) });

/** Predictions of every fold on its own samples, in one set; `fold` for each sample. */
export interface OutOfFold extends Predictions {
  fold: Int32Array;
}

/** One set of predictions of all folds. @param folds each fold's answers on its own samples, in the order of the folds. */
export function joinFolds(folds: readonly Predictions[]): OutOfFold {
  const count = folds.reduce((sum, { ids }) => sum + ids.length, 0);
  const classes = folds[0]?.classes ?? [];
  const logits = new Float32Array(count * classes.length);
  const labels = new Int32Array(count);
  const fold = new Int32Array(count);
  let at = 0;
  for (const [f, part] of folds.entries()) {
    logits.set(part.logits, at * classes.length);
    labels.set(part.labels, at);
    fold.fill(f, at, at + part.ids.length);
    at += part.ids.length;
  }
  return {
    classes: [...classes],
    ids: folds.flatMap(({ ids }) => ids),
    labels,
    logits,
    groups: folds.flatMap(({ groups }) => groups),
    ...(folds.every(({ meta }) => meta !== undefined) ? { meta: folds.flatMap(({ meta }) => meta!) } : {}),
    fold,
  };
}

export async function writeOutOfFold(
  path: string,
  { classes, ids, labels, logits, groups, fold }: OutOfFold,
): Promise<void> {
  const k = classes.length;
  const lines = ids.map((id, i) =>
    JSON.stringify({
      id,
      label: classes[labels[i]!]!,
      group: groups[i]!,
      fold: fold[i]!,
      logits: Array.from(logits.subarray(i * k, (i + 1) * k), (v) => Number(v.toPrecision(7))),
    }),
  );
  await writeFileAtomic(path, `${[JSON.stringify({ format: 'osler-out-of-fold/1', classes }), ...lines].join('\n')}\n`);
}

/** Throws NOT_FOUND, or DATA_INVALID naming the line. */
export async function readOutOfFold(path: string): Promise<OutOfFold> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new OslerError('NOT_FOUND', `There are no out-of-fold predictions at ${path}.`, {
      hint: 'They are written when all folds have been trained: osler train --resume GROUP',
    });
  });
  const [first = '', ...rest] = text.trimEnd().split('\n');
  const { classes } = parse(Head, first, path, 1);
  const lines = rest.map((line, i) => parse(Line, line, path, i + 2));
  const wrong = lines.findIndex(({ label, logits }) => !classes.includes(label) || logits.length !== classes.length);
  if (wrong >= 0) throw invalid(path, wrong + 2);
  return {
    classes,
    ids: lines.map(({ id }) => id),
    labels: Int32Array.from(lines, ({ label }) => classes.indexOf(label)),
    logits: Float32Array.from(lines.flatMap(({ logits }) => logits)),
    groups: lines.map(({ group }) => group),
    fold: Int32Array.from(lines, ({ fold }) => fold),
  };
}

function parse<T>(schema: z.ZodType<T>, line: string, path: string, number: number): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (cause) {
    throw invalid(path, number, cause);
  }
}

function invalid(path: string, number: number, cause?: unknown): OslerError {
  return new OslerError('DATA_INVALID', `${path}, line ${number}: this is no out-of-fold prediction.`, { cause });
}
