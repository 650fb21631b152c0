import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { OslerError } from '../errors.ts';
import { type Branch, branch, leaf, type Tree, treeOf } from './tree.ts';

/** One recipe file as it was written, and the recipes it builds on, in order. */
export interface Recipe {
  /** As it is shown: relative to the working folder where it lies inside. */
  file: string;
  tree: Branch;
  defaults: { name: string; line: number }[];
}

/**
 * The file a name means: a path, or a name without ending in one of `folders`.
 * Throws NOT_FOUND, saying where it looked.
 */
export function findRecipe(name: string, folders: readonly string[]): string {
  const looksLikePath = /[\\/]|\.ya?ml$/.test(name);
  const endings = /\.ya?ml$/.test(name) ? [''] : ['.yaml', '.yml'];
  const places = [
    ...(looksLikePath ? [resolve(name)] : []),
    ...(isAbsolute(name) ? [] : folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending)))),
  ];
  const found = places.find((place) => statSync(place, { throwIfNoEntry: false })?.isFile());
  if (found !== undefined) return found;
  throw new OslerError('NOT_FOUND', `There is no recipe "${name}".`, {
    hint: `Looked for ${[...new Set(places)].map(shown).join(', ')}.`,
  });
}

/** Reads one file. Throws CONFIG_INVALID with file and line where it is not the YAML of a map. */
export function readRecipe(path: string): Recipe {
  const file = shown(path);
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = lines.linePos(error.pos[0]).line;
    throw new OslerError(
      'CONFIG_INVALID',
      `${file}:${line}: ${error.message.split('\n')[0]!.replace(/ at line.*/, '')}.`,
    );
  }
  const lineOf = (node: Node | null): number => (node?.range ? lines.linePos(node.range[0]).line : 1);

  const convert = (node: Node | null, line: number): Tree => {
    const origin = { file, line };
    if (isAlias(node)) return treeOf(node.toJS(document), origin);
    if (isMap<Node, Node | null>(node)) {
      return branch(
        origin,
        node.items.map(({ key, value }) => {
          const keyLine = lineOf(key);
          if (!isScalar(key)) throw new OslerError('CONFIG_INVALID', `${file}:${keyLine}: a key must be plain text.`);
          return [String(key.value), convert(value, keyLine)] as const;
        }),
      );
    }
    return leaf(origin, node === null ? null : node.toJS(document));
  };

  const { contents } = document;
  if (contents !== null && !isMap(contents)) {
    throw new OslerError(
      'CONFIG_INVALID',
      `${file}:${lineOf(contents as Node)}: a map of keys and values was expected.`,
    );
  }
  const tree = convert(contents as Node | null, 1);
  const root = tree.kind === 'branch' ? tree : branch({ file, line: 1 });
  const named = isMap(contents) ? contents.get('defaults', true) : undefined;
  root.entries.delete('defaults');
  return { file, tree: root, defaults: named === undefined ? [] : readDefaults(named as Node, file, lineOf) };
}

function readDefaults(node: Node, file: string, lineOf: (node: Node) => number): Recipe['defaults'] {
  const items = isSeq<Node>(node) ? node.items : [node];
  return items.map((item) => {
    if (isScalar(item) && typeof item.value === 'string') return { name: item.value, line: lineOf(item) };
    throw new OslerError('CONFIG_INVALID', `${file}:${lineOf(item)}: defaults is a list of recipe names.`);
  });
}

/**
 * A recipe with all it builds on, in the order in which they are laid over each other: the first is the lowest.
 * A name in `defaults:` is looked up beside the naming file first. Throws CONFIG_INVALID on a circle.
 */
export function collectRecipes(name: string, folders: readonly string[]): Recipe[] {
  const out: Recipe[] = [];
  const visit = (path: string, chain: readonly string[]): void => {
    if (chain.includes(path)) {
      throw new OslerError(
        'CONFIG_INVALID',
        `Recipes build on each other in a circle: ${[...chain, path].map(shown).join(' -> ')}.`,
      );
    }
    const recipe = readRecipe(path);
    for (const { name: parent, line } of recipe.defaults) {
      visit(findDefault(parent, recipe.file, line, [dirname(path), ...folders]), [...chain, path]);
    }
    out.push(recipe);
  };
  visit(findRecipe(name, folders), []);
  return out;
}

function findDefault(name: string, file: string, line: number, folders: readonly string[]): string {
  try {
    return findRecipe(name, folders);
  } catch (error) {
    if (!(error instanceof OslerError) || error.code !== 'NOT_FOUND') throw error;
    throw new OslerError('CONFIG_INVALID', `${file}:${line}: defaults names "${name}", which is not there.`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}
