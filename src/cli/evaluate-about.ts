import { readFile } from 'node:fs/promises';
import { distance } from 'fastest-levenshtein';
import { parse } from 'yaml';
import { OslerError } from '../errors.ts';
import { STATEMENTS, type Statement } from '../evaluation/report/checklist/statements.ts';

/** Text of one statement, in characters, at most. */
const LONGEST = 4000;

/**
 * What a person says for the report, its checklists and the model card: a YAML or JSON file of texts by the keys of STATEMENTS.
 * Throws NOT_FOUND, or DATA_INVALID naming the key.
 */
export async function readAbout(path: string): Promise<Partial<Record<Statement, string>>> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new OslerError(
      cause.code === 'ENOENT' ? 'NOT_FOUND' : 'DATA_INVALID',
      cause.code === 'ENOENT' ? `${path} does not exist.` : `${path} cannot be read: ${cause.message}.`,
      { cause },
    );
  });
  const document = read(text, path);
  const said: Partial<Record<Statement, string>> = {};
  for (const [key, value] of Object.entries(document)) {
    if (!(key in STATEMENTS)) throw unknown(key, path);
    if (value === null || value === '') continue;
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new OslerError('DATA_INVALID', `${path}: ${key} is not a text.`, { hint: `Write it as ${key}: "...".` });
    }
    const words = String(value).trim();
    if (words.length > LONGEST) {
      throw new OslerError('DATA_INVALID', `${path}: ${key} has ${words.length} characters; ${LONGEST} are the most.`);
    }
    said[key as Statement] = words;
  }
  return said;
}

function read(text: string, path: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${path} is not YAML: ${(cause as Error).message.split('\n')[0]}`, { cause });
  }
  if (document === null || document === undefined) return {};
  if (typeof document === 'object' && !Array.isArray(document)) return document as Record<string, unknown>;
  throw new OslerError('DATA_INVALID', `${path} is not a list of keys and texts.`, {
    hint: 'One line each: intendedUse: "..."',
  });
}

function unknown(key: string, path: string): OslerError {
  const keys = Object.keys(STATEMENTS);
  const near = keys.toSorted((a, b) => distance(a, key) - distance(b, key))[0]!;
  return new OslerError('DATA_INVALID', `${path}: nothing is asked under "${key}"; the nearest is "${near}".`, {
    hint: `The keys are ${keys.join(', ')}.`,
  });
}
