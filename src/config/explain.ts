import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { allKeys, discriminatorOf, expectation, keysOf, kindsOf, literals, schemaAt } from './schema-walk.ts';
import { type Branch, isPlainObject, locate, type Origin, plain, type Tree } from './tree.ts';

/** What is wrong with a configuration, in lines such as `configs/a.yaml:3: unknown key "training.epoch"; ...`. Empty when nothing is. */
export function complaints(schema: z.ZodType, tree: Branch): string[] {
  const value = plain(tree);
  const unknown = unknownKeys(schema, tree, value, value, []);
  const result = schema.safeParse(value);
  const others = result.success ? [] : result.error.issues.flatMap((issue) => describe(schema, tree, value, issue));
  return [...new Set([...unknown, ...others])];
}

export function originText(origin: Origin): string {
  return typeof origin === 'string' ? origin : `${origin.file}:${origin.line}`;
}

/** Walks the tree, so that keys are refused even where a schema would let them pass in silence. */
function unknownKeys(schema: z.ZodType, tree: Tree, value: unknown, root: unknown, path: string[]): string[] {
  if (tree.kind === 'leaf') return [];
  const here = schemaAt(schema, path, root);
  const known = here === null ? null : keysOf(here, value);
  // A map where none is allowed is an ill-typed value, and said to be one.
  if (known === null) return [];
  return [...tree.entries].flatMap(([key, item]) => {
    const full = [...path, key];
    if (!known.keys.has(key) && known.open === null) {
      const near = nearestKey(schema, root, path, key, [...known.keys.keys()]);
      return [`${originText(item.origin)}: unknown key "${full.join('.')}"${near}`];
    }
    return unknownKeys(schema, item, (value as Record<string, unknown>)[key], root, full);
  });
}

function nearestKey(schema: z.ZodType, root: unknown, path: string[], key: string, siblings: string[]): string {
  const prefix = path.map((part) => `${part}.`).join('');
  // The very name in another section ("epochs" for "training.epochs") is a better guess than a similar one here.
  const elsewhere = allKeys(schema, root).filter((full) => full.split('.').at(-1) === key);
  const near = siblings.length === 0 ? undefined : closest(key, siblings);
  const similar = near !== undefined && distance(key.toLowerCase(), near.toLowerCase()) <= Math.max(2, key.length / 3);
  if (similar) return `; the nearest valid key is "${prefix}${near}"`;
  if (elsewhere.length > 0) return `; the nearest valid key is "${elsewhere[0]}"`;
  return near === undefined
    ? ''
    : `; the nearest valid key is "${prefix}${near}" (valid: ${siblings.toSorted().join(', ')})`;
}

function describe(schema: z.ZodType, tree: Branch, value: unknown, issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') return inList(schema, tree, value, issue);
  const deeper = issue.code === 'invalid_union' ? insideUnion(issue) : undefined;
  if (deeper !== undefined) return deeper.flatMap((inner) => describe(schema, tree, value, inner));
  const path = issue.path;
  const { found, nearest } = locate(tree, path);
  const where = originText(found?.origin ?? nearest.origin);
  const key = path.join('.');
  const wanted = schemaAt(schema, path, value);
  const kinds = kindsAt(schema, path, value);
  if (kinds !== null && found !== undefined) {
    const near = nearestOf(kinds, plain(found));
    return [`${where}: "${key}" is ${shown(plain(found))}; expected one of ${kinds.join(', ')}${near}`];
  }
  if (found === undefined && kinds !== null) {
    return [`${where}: "${key}" is missing; expected one of ${kinds.join(', ')}`];
  }
  if (found === undefined) {
    return [`${where}: "${key}" is missing; expected ${wanted === null ? issue.message : expectation(wanted)}`];
  }
  if (issue.code === 'custom') return [`${where}: ${key === '' ? '' : `"${key}": `}${issue.message}`];
  const expected = wanted === null ? issue.message : expectation(wanted);
  return [`${where}: "${key}" is ${shown(plain(found))}; expected ${expected}${nearestValue(wanted, plain(found))}`];
}

/** Keys of a map are found by walking the tree, with the nearest valid key; a list is a leaf there, and what is in it is told here. */
function inList(schema: z.ZodType, tree: Branch, value: unknown, issue: z.core.$ZodIssueUnrecognizedKeys): string[] {
  const { found, nearest } = locate(tree, issue.path);
  if (found?.kind === 'branch') return [];
  const here = schemaAt(schema, issue.path, value);
  const siblings = here === null ? [] : [...(keysOf(here, undefined)?.keys.keys() ?? [])];
  const path = issue.path.map(String);
  return issue.keys.map((key) => {
    const near = nearestKey(schema, value, path, key, siblings);
    return `${originText((found ?? nearest).origin)}: unknown key "${[...path, key].join('.')}"${near}`;
  });
}

/** The one option of a union that was meant: a map where only one option takes maps. Its issues say more than "invalid input". */
function insideUnion(issue: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | undefined {
  const deep = issue.errors.filter((issues) => issues.some((inner) => typeof inner.path[0] === 'string'));
  if (deep.length !== 1) return undefined;
  return deep[0]!.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** The values of a discriminator, over all kinds of its union; null when the path does not end in one. */
function kindsAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): string[] | null {
  const parent = schemaAt(schema, path.slice(0, -1), value);
  const key = path.at(-1);
  if (parent === null || key === undefined || discriminatorOf(parent) !== key) return null;
  return kindsOf(parent);
}

function nearestValue(schema: z.core.$ZodType | null, value: unknown): string {
  const listed = schema === null ? null : literals(schema);
  return listed === null ? '' : nearestOf(listed, value);
}

function nearestOf(listed: readonly unknown[], value: unknown): string {
  const words = listed.filter((item) => typeof item === 'string');
  if (words.length === 0 || typeof value !== 'string') return '';
  const near = closest(value, words);
  return distance(value.toLowerCase(), near.toLowerCase()) <= Math.max(2, value.length / 3)
    ? `; did you mean "${near}"?`
    : '';
}

function shown(value: unknown): string {
  if (isPlainObject(value)) return 'a map';
  // JSON has no word for infinity.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
