import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { OslerError } from '../errors.ts';
import { complaints } from './explain.ts';
import { commandLineOverride, environmentOverride } from './overrides.ts';
import { collectRecipes } from './recipe.ts';
import { discriminatorOf, schemaAt } from './schema-walk.ts';
import { type Branch, branch, isPlainObject, locate, merge, type Origin, plain, treeOf } from './tree.ts';

export interface LoadOptions {
  /** A whole configuration that lies under all else. */
  base?: unknown;
  /** A file, or a name in one of `folders`. Absent: overrides and defaults alone. */
  recipe?: string;
  /** `key=value`, in order; the later wins. They stand above the environment, which stands above recipes. */
  overrides?: readonly string[];
  /** `OSLER_SET_...` variables (Environment.overrides). */
  env?: Record<string, string>;
  /** What to do about a mistake, where no recipe is meant. */
  hint?: string;
  /** Where recipe names are looked up; default `configs/` in the working folder, then Osler's own. */
  folders?: readonly string[];
}

export interface Loaded<T> {
  value: T;
  /** By dotted key of every leaf of `value`; lists are leaves. */
  origins: Map<string, Origin>;
}

export const OWN_RECIPES = fileURLToPath(new URL('../../configs', import.meta.url));

/**
 * Reads, composes and checks a configuration.
 * Throws CONFIG_INVALID naming every wrong key with file, line, what was expected and the nearest valid one; NOT_FOUND when the
 * recipe is not there; USAGE for an override that is not `key=value`.
 */
export function loadConfig<S extends z.ZodType>(schema: S, options: LoadOptions = {}): Loaded<z.output<S>> {
  const folders = options.folders ?? [join(process.cwd(), 'configs'), OWN_RECIPES];
  const recipes = options.recipe === undefined ? [] : collectRecipes(options.recipe, folders);
  const layers = [
    ...(options.base === undefined ? [] : [treeOf(options.base, 'default') as Branch]),
    ...recipes.map((recipe) => recipe.tree),
    ...Object.entries(options.env ?? {}).map(([name, text]) => environmentOverride(name, text, schema)),
    ...(options.overrides ?? []).map((text) => commandLineOverride(text, schema)),
  ];
  const start = branch(recipes.at(-1)?.tree.origin ?? 'command line');
  const tree = layers.reduce<Branch>((under, over) => merge(under, over, ofAnotherKind(schema)), start);
  // What is missing at the top is missing in the recipe that was asked for, wherever the last layer came from.
  tree.origin = start.origin;

  const problems = complaints(schema, tree);
  if (problems.length > 0) {
    const head =
      problems.length === 1
        ? problems[0]!
        : `${problems.length} mistakes:\n${problems.map((p) => `  ${p}`).join('\n')}`;
    const absent = problems.flatMap((problem) => /"([^"]+)" is missing/.exec(problem)?.[1] ?? []);
    throw new OslerError('CONFIG_INVALID', head.endsWith('?') ? head : `${head}.`, {
      hint:
        options.hint ??
        (absent.length === problems.length
          ? `Give what is missing: ${absent.map((key) => `${key}=...`).join(' ')}`
          : 'osler config show RECIPE prints all keys with their values and where each came from.'),
    });
  }
  const value = schema.parse(plain(tree));
  return { value, origins: originsOf(value, tree) };
}

/** A map whose kind (the discriminator's value) changes takes nothing over from the map of the other kind. */
function ofAnotherKind(schema: z.ZodType): (path: string[], under: Branch, over: Branch) => boolean {
  return (path, under, over) => {
    const here = schemaAt(schema, path);
    const key = here === null ? null : discriminatorOf(here);
    if (key === null) return false;
    const [old, next] = [under.entries.get(key), over.entries.get(key)];
    return old?.kind === 'leaf' && next?.kind === 'leaf' && old.value !== next.value;
  };
}

function originsOf(value: unknown, tree: Branch): Map<string, Origin> {
  const origins = new Map<string, Origin>();
  const visit = (item: unknown, path: string[]): void => {
    if (isPlainObject(item) && Object.keys(item).length > 0) {
      for (const [key, inner] of Object.entries(item)) visit(inner, [...path, key]);
    } else {
      origins.set(path.join('.'), locate(tree, path).found?.origin ?? 'default');
    }
  };
  visit(value, []);
  return origins;
}
