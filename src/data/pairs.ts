import { open } from 'node:fs/promises';
import { OslerError } from '../errors.ts';
import { Pair } from './sample.ts';

/**
 * The pairs of a version, one JSON object a line. A version of before there were any has none.
 * Throws DATA_INVALID naming the line.
 */
export async function readPairs(path: string): Promise<Pair[]> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const pairs: Pair[] = [];
  if (handle === undefined) return pairs;
  for await (const line of handle.readLines()) pairs.push(parse(line, path, pairs.length + 1));
  return pairs;
}

function parse(line: string, path: string, number: number): Pair {
  try {
    return Pair.parse(JSON.parse(line));
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${path}, line ${number} is not a pair of samples.`, {
      hint: 'Import the data again.',
      cause,
    });
  }
}
