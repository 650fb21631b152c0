import { createHash } from 'node:crypto';
import { z } from 'zod';
import { mlflowKey } from '../mlflow/names.ts';

/** Tag of a run in files that says what its names were: JSON {metrics: {name there: name here}, params, tags}. */
export const NAMES_TAG = 'osler.names';

const Names = z.object({
  metrics: z.record(z.string(), z.string()).default({}),
  params: z.record(z.string(), z.string()).default({}),
  tags: z.record(z.string(), z.string()).default({}),
});
export type Names = z.infer<typeof Names>;

/** Nothing where there is no such tag, or one that is not ours. */
export function namesOf(tags: Record<string, string>): Names {
  try {
    return Names.parse(JSON.parse(tags[NAMES_TAG] ?? '{}'));
  } catch {
    return Names.parse({});
  }
}

/** Longest name of a file, in bytes, on the usual file systems. */
const LONGEST = 255;

/**
 * Under which names a folder can hold a file for each key. A slash in a key is a folder, and no name is a file and a
 * folder at once: beside `val.auroc`, `val.auroc/benign` is `val.auroc.benign`, with a number after it if that is taken.
 * The same keys have the same names each time.
 */
export function fileNames(keys: Iterable<string>): Map<string, string> {
  const depth = (key: string) => key.split('/').length;
  const files = new Set<string>();
  const folders = new Set<string>();
  const above = (name: string) => {
    const parts = name.split('/');
    return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
  };
  const free = (name: string) =>
    !files.has(name) && !folders.has(name) && above(name).every((folder) => !files.has(folder));
  const names = new Map<string, string>();
  const take = (key: string, name: string) => {
    names.set(key, name);
    files.add(name);
    for (const folder of above(name)) folders.add(folder);
  };
  // What can keep its name does, and what stands above others comes first.
  const sorted = [...new Set(keys)].sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  const others = sorted.filter((key) => {
    const kept = holdable(key) === key && free(key);
    if (kept) take(key, key);
    return !kept;
  });
  for (const key of others) {
    const name = holdable(key);
    const flat = holdable(name.replaceAll('/', '.'));
    let chosen = free(name) ? name : flat;
    for (let n = 2; !free(chosen); n++) chosen = holdable(`${flat}.${n}`);
    take(key, chosen);
  }
  return names;
}

function holdable(key: string): string {
  const clean = mlflowKey(key);
  if (clean.split('/').every((part) => Buffer.byteLength(part) <= LONGEST)) return clean;
  return createHash('sha256').update(key).digest('hex');
}

/** The pairs under the names that they had. */
export function restored(pairs: Record<string, string>, names: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pairs).map(([name, value]) => [Object.hasOwn(names, name) ? names[name]! : name, value]),
  );
}

/** Of names, those that are not the keys themselves, by name. */
export function changedNames(names: Map<string, string>): Record<string, string> {
  return Object.fromEntries([...names].filter(([key, name]) => key !== name).map(([key, name]) => [name, key]));
}
