import type { Lineage } from './queries.ts';

type Node = Lineage['nodes'][number];
type Edge = Lineage['edges'][number];

export const BOX = { width: 196, height: 50 };
const GAP = { x: 92, y: 18 };
const MARGIN = 16;
const COLUMNS: Record<Node['kind'], number> = { dataset: 0, weights: 0, run: 1, version: 2, deployment: 3 };

export interface Placed {
  node: Node;
  x: number;
  y: number;
}

export interface Drawn {
  edge: Edge;
  /** Of an SVG path. */
  path: string;
}

export interface Layout {
  width: number;
  height: number;
  nodes: Placed[];
  edges: Drawn[];
}

/**
 * Data and weights, runs, versions, deployments in columns from left to right. Versions stand in their order, the newest above; all else as
 * near as there is room to what it leads to.
 */
export function layout({ nodes, edges }: Lineage): Layout {
  const columns = [0, 1, 2, 3].map((column) => nodes.filter(({ kind }) => COLUMNS[kind] === column));
  const used = columns.map(({ length }) => length > 0);
  const left = columns.map((_, i) => MARGIN + used.slice(0, i).filter(Boolean).length * (BOX.width + GAP.x));
  const y = new Map<string, number>();
  const versions = columns[2]!.toSorted(byVersion);
  for (const [i, { id }] of versions.entries()) y.set(id, i * (BOX.height + GAP.y));
  for (const column of [1, 0, 3]) place(columns[column]!, edges, y);
  const top = Math.min(...y.values());
  const placed = nodes.map((node) => ({ node, x: left[COLUMNS[node.kind]]!, y: y.get(node.id)! - top + MARGIN }));
  const at = new Map(placed.map((one) => [one.node.id, one]));
  return {
    width: MARGIN * 2 + used.filter(Boolean).length * (BOX.width + GAP.x) - GAP.x + GAP.x / 2,
    height: Math.max(...placed.map((one) => one.y)) + BOX.height + MARGIN,
    nodes: placed,
    edges: edges.flatMap((edge) => {
      const [from, to] = [at.get(edge.from), at.get(edge.to)];
      return from === undefined || to === undefined ? [] : [{ edge, path: pathOf(from, to) }];
    }),
  };
}

/** Beside the mean place of its neighbours, in their order, none over another. */
function place(column: readonly Node[], edges: readonly Edge[], y: Map<string, number>): void {
  const wish = ({ id }: Node): number => {
    const places = edges.flatMap(({ from, to }) => {
      const other = from === id ? y.get(to) : to === id ? y.get(from) : undefined;
      return other === undefined ? [] : [other];
    });
    return places.length === 0 ? Number.MAX_SAFE_INTEGER : places.reduce((sum, one) => sum + one, 0) / places.length;
  };
  let next = Number.NEGATIVE_INFINITY;
  const wishes = column.map((node) => ({ node, at: wish(node) })).sort((a, b) => a.at - b.at);
  const known = wishes.filter(({ at }) => at < Number.MAX_SAFE_INTEGER).map(({ at }) => at);
  for (const { node, at } of wishes) {
    // What leads nowhere that is placed stands below the others: an earlier version of a dataset.
    const place = Math.max(next, at < Number.MAX_SAFE_INTEGER ? at : (known.at(-1) ?? 0));
    y.set(node.id, place);
    next = place + BOX.height + GAP.y;
  }
}

function byVersion(a: Node, b: Node): number {
  const parse = ({ name }: Node): [string, number] => {
    const at = name.lastIndexOf('@');
    return [name.slice(0, at), Number(name.slice(at + 1))];
  };
  const [[modelA, versionA], [modelB, versionB]] = [parse(a), parse(b)];
  return modelA === modelB ? versionB - versionA : modelA < modelB ? -1 : 1;
}

/** From side to side; within a column a bow on the right. */
function pathOf(from: Placed, to: Placed): string {
  const [y1, y2] = [from.y + BOX.height / 2, to.y + BOX.height / 2];
  if (from.x === to.x) {
    const x = from.x + BOX.width;
    const bow = x + GAP.x / 2.5;
    return `M${x} ${y1}C${bow} ${y1} ${bow} ${y2} ${x} ${y2}`;
  }
  const [x1, x2] = [from.x + BOX.width, to.x];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}
