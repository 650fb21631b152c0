import type { RandomStream } from '../random.ts';

const SIDE = 64;
const MASK = SIDE - 1;

/** Smooth random heights in -1..1 over the plane, one lattice point a unit, repeating every 64 units (value noise). */
export class Noise {
  private readonly table = new Float32Array(SIDE * SIDE);

  constructor(random: RandomStream) {
    for (let i = 0; i < this.table.length; i++) this.table[i] = random.uniform() * 2 - 1;
  }

  at(x: number, y: number): number {
    const { table } = this;
    const fx = Math.floor(x);
    const fy = Math.floor(y);
    let u = x - fx;
    let v = y - fy;
    u = u * u * (3 - 2 * u);
    v = v * v * (3 - 2 * v);
    const left = fx & MASK;
    const right = (fx + 1) & MASK;
    const top = (fy & MASK) * SIDE;
    const bottom = ((fy + 1) & MASK) * SIDE;
    const a = table[top + left]!;
    const c = table[bottom + left]!;
    const upper = a + (table[top + right]! - a) * u;
    const lower = c + (table[bottom + right]! - c) * u;
    return upper + (lower - upper) * v;
  }
}

const TILE = 256;
const CELLS = 20;

/**
 * A tile of cells (Worley 1996) that repeats without a seam: for skin lines, pigment networks and globules. Per point, in units of
 * a cell: the distance to the nearest cell's centre, and how much farther the second one is (0 on the walls between cells).
 */
export class Cells {
  private readonly nearest = new Float32Array(TILE * TILE);
  private readonly wall = new Float32Array(TILE * TILE);

  /** @param jitter 0 gives a regular honeycomb, 1 cells of all sizes. */
  constructor(random: RandomStream, jitter: number) {
    const points = new Float32Array(CELLS * CELLS * 2);
    for (let i = 0; i < CELLS * CELLS; i++) {
      const row = Math.floor(i / CELLS);
      points[2 * i] = (i % CELLS) + 0.5 + (row % 2 === 0 ? -0.25 : 0.25) + (random.uniform() - 0.5) * jitter;
      points[2 * i + 1] = row + 0.5 + (random.uniform() - 0.5) * jitter;
    }
    for (let i = 0; i < TILE * TILE; i++) this.measure(i, points);
  }

  /** Distance to the nearest centre, 0 to about 0.7. */
  centre(x: number, y: number): number {
    return this.nearest[place(x, y)]!;
  }

  /** Distance from the nearest wall, 0 to about 1. */
  walls(x: number, y: number): number {
    return this.wall[place(x, y)]!;
  }

  private measure(i: number, points: Float32Array): void {
    const x = ((i % TILE) * CELLS) / TILE;
    const y = (Math.floor(i / TILE) * CELLS) / TILE;
    let first = 9;
    let second = 9;
    for (let dy = -2; dy <= 2; dy++) {
      for (let dx = -2; dx <= 2; dx++) {
        const column = Math.floor(x) + dx;
        const row = Math.floor(y) + dy;
        const p = (modulo(row, CELLS) * CELLS + modulo(column, CELLS)) * 2;
        const px = points[p]! + column - modulo(column, CELLS);
        const py = points[p + 1]! + row - modulo(row, CELLS);
        const distance = Math.hypot(px - x, py - y);
        if (distance < first) {
          second = first;
          first = distance;
        } else if (distance < second) second = distance;
      }
    }
    this.nearest[i] = first;
    this.wall[i] = second - first;
  }
}

function place(x: number, y: number): number {
  const scale = TILE / CELLS;
  return ((Math.floor(y * scale) & (TILE - 1)) << 8) + (Math.floor(x * scale) & (TILE - 1));
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
