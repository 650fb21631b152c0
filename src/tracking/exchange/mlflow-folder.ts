import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import { filesBelow } from './run.ts';

/** Folders as MLflow writes them where no server is: `meta.yaml`, and a file for each parameter, tag and metric. */

/** Where they were written, or beside `meta.yaml` where the folder was moved. */
export function artifactFolder(folder: string, uri: string | null | undefined): string {
  const beside = join(folder, 'artifacts');
  if (existsSync(beside) || !uri?.startsWith('file:')) return beside;
  try {
    return fileURLToPath(uri);
  } catch {
    return beside;
  }
}

/** Null where there is none. Throws DATA_INVALID. */
export async function readMeta<S extends z.ZodType>(folder: string, schema: S): Promise<z.output<S> | null> {
  const path = join(folder, 'meta.yaml');
  if (!existsSync(path)) return null;
  const parsed = schema.safeParse(parse(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new OslerError('DATA_INVALID', `${path} is not as MLflow writes it: ${z.prettifyError(parsed.error)}`);
}

export async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}

export async function readPairs(folder: string): Promise<Record<string, string>> {
  const out: Record<string, string> = {};
  for await (const key of filesBelow(folder)) out[key] = await readFile(join(folder, key), 'utf8');
  return out;
}

export async function writePairs(
  folder: string,
  map: Record<string, string>,
  names: Map<string, string>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [key, value] of Object.entries(map)) {
    const file = join(folder, ...names.get(key)!.split('/'));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, value);
  }
}

/** Python writes `nan`, `inf` and `-inf`. */
export function pythonNumber(text: string): number {
  const words: Record<string, number> = { inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY };
  return words[text.toLowerCase()] ?? Number(text);
}

/** As Python reads it. */
export function pythonText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : '-inf';
}

/** In words, if it is the name that stands in the way. Throws anything else again. */
export function unholdable(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'ENAMETOOLONG') return 'its name is too long for a file';
  if (['EEXIST', 'ENOTDIR', 'EISDIR'].includes(code)) return 'another has its name as a folder or a file';
  throw error;
}

/**
 * Adds to `folder` as a whole or not at all: `fill` writes to a draft that begins with what the folder holds. One that was broken off leaves
 * the folder as it was, and the next one for the same id begins anew.
 * @param id names the draft, which lies in `root`, on the same disk.
 */
export async function inDraft<T>(
  root: string,
  id: string,
  folder: string,
  fill: (draft: string) => Promise<T>,
): Promise<T> {
  const draft = join(root, `.osler-${id}`);
  const before = `${draft}-before`;
  if (!existsSync(folder) && existsSync(before)) await rename(before, folder);
  await rm(draft, { recursive: true, force: true });
  await rm(before, { recursive: true, force: true });
  try {
    await mkdir(draft, { recursive: true });
    if (existsSync(folder)) await cp(folder, draft, { recursive: true });
    const filled = await fill(draft);
    await mkdir(dirname(folder), { recursive: true });
    if (existsSync(folder)) await rename(folder, before);
    await rename(draft, folder);
    await rm(before, { recursive: true, force: true });
    return filled;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
