/** Where a value was written. Lines count from 1. */
export type Origin = { file: string; line: number } | 'command line' | 'environment' | 'default';

/** A configuration before it is checked: every value knows where it came from. Lists are leaves: they replace, never merge. */
export type Tree = Branch | Leaf;
export interface Branch {
  kind: 'branch';
  origin: Origin;
  entries: Map<string, Tree>;
}
export interface Leaf {
  kind: 'leaf';
  origin: Origin;
  value: unknown;
}

export function branch(origin: Origin, entries: Iterable<readonly [string, Tree]> = []): Branch {
  return { kind: 'branch', origin, entries: new Map(entries) };
}

export function leaf(origin: Origin, value: unknown): Leaf {
  return { kind: 'leaf', origin, value };
}

/** A plain value (from JSON, YAML) as a tree with one origin throughout. */
export function treeOf(value: unknown, origin: Origin): Tree {
  if (!isPlainObject(value)) return leaf(origin, value);
  return branch(
    origin,
    Object.entries(value).map(([key, item]) => [key, treeOf(item, origin)] as const),
  );
}

/**
 * `over` laid on `under`: branches merge key by key, all else is replaced. `replaces` says where a branch must not merge
 * because it is of another kind (a schedule that was a cosine and is now constant must lose the cosine's keys).
 */
export function merge(
  under: Branch,
  over: Branch,
  replaces: (path: string[], under: Branch, over: Branch) => boolean,
): Branch {
  const join = (path: string[], a: Branch, b: Branch): Branch => {
    if (replaces(path, a, b)) return b;
    const entries = new Map(a.entries);
    for (const [key, item] of b.entries) {
      const old = entries.get(key);
      entries.set(key, old?.kind === 'branch' && item.kind === 'branch' ? join([...path, key], old, item) : item);
    }
    return { kind: 'branch', origin: b.origin, entries };
  };
  return join([], under, over);
}

export function plain(tree: Tree): unknown {
  if (tree.kind === 'leaf') return tree.value;
  // fromEntries defines own properties: a key called __proto__ stays a key.
  return Object.fromEntries([...tree.entries].map(([key, item]) => [key, plain(item)]));
}

/** The tree at a path, and the nearest one on the way to it (whose origin is the best answer to "where?"). */
export function locate(tree: Tree, path: readonly PropertyKey[]): { found: Tree | undefined; nearest: Tree } {
  let nearest = tree;
  for (const [i, key] of path.entries()) {
    if (nearest.kind === 'leaf') {
      // Inside a list or a flow value: the leaf is what was written.
      let value: unknown = nearest.value;
      for (const rest of path.slice(i)) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[rest];
      return { found: value === undefined ? undefined : leaf(nearest.origin, value), nearest };
    }
    const next = nearest.entries.get(String(key));
    if (next === undefined) return { found: undefined, nearest };
    nearest = next;
  }
  return { found: nearest, nearest };
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
