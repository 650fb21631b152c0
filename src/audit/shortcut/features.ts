import type { Column } from '../columns.ts';
import { CATALOGUE, type Measured } from './catalogue.ts';
import { BINS, type BinnedTable } from './forest.ts';
import type { Measurement } from './measure/measurement.ts';
import type { Family } from './result.ts';

/** One feature of all rows. */
export interface Feature {
  name: string;
  title: string;
  family: Family | 'appearance' | 'patient';
  kind: 'number' | 'category';
  show: Measured['show'];
  /** Anatomy has a little part in it. */
  soft: boolean;
  values: (number | string | null)[];
}

/** Those that differ between images at all: what was measured, and the source's columns. */
export function featuresOf(measurements: readonly Measurement[], columns: readonly Column[]): Feature[] {
  const excess = fileExcess(measurements);
  const measured = CATALOGUE.map(({ name, title, family, kind, show, soft = false }) => ({
    name,
    title,
    family,
    kind,
    show,
    soft,
    values: name === 'fileExcess' ? excess : measurements.map((m) => m[name] ?? null),
  }));
  const given = columns.map(({ name, kind, patient, values }) => ({
    name: `column:${name}`,
    title: `column ${name}`,
    family: patient ? ('patient' as const) : ('columns' as const),
    kind,
    show: undefined,
    soft: false,
    values: values.map((value) => value ?? null),
  }));
  return [...measured, ...given].filter(({ values }) => new Set(values).size > 1);
}

const ENOUGH = 30;

/**
 * How much larger a file is than its picture explains (natural logarithm): what is left of its size after a regression, among
 * files of its format, on what the same pixels take at two fixed qualities.
 */
function fileExcess(measurements: readonly Measurement[]): (number | null)[] {
  const out: (number | null)[] = measurements.map(() => null);
  for (const rows of Map.groupBy(measurements.keys(), (i) => measurements[i]!.format).values()) {
    if (rows.length < ENOUGH) continue;
    const log = (i: number, name: string): number => Math.log(measurements[i]![name] as number);
    const y = rows.map((i) => log(i, 'fileBytes') - log(i, 'savedBytes75'));
    const x = rows.map((i) => [1, log(i, 'savedBytes75'), log(i, 'savedBytes30') - log(i, 'savedBytes75')]);
    const weights = leastSquares(x, y);
    rows.forEach((i, r) => {
      const excess = y[r]! - x[r]!.reduce((sum, value, k) => sum + value * weights[k]!, 0);
      // Rounding: equal settings shall give equal figures.
      out[i] = Math.round(excess * 1000) / 1000;
    });
  }
  return out;
}

/** Normal equations with a little ridge, so that columns which do not vary do no harm. */
function leastSquares(x: readonly number[][], y: readonly number[]): number[] {
  const n = x[0]!.length;
  const a = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n + 1 }, (_, j) =>
      x.reduce((sum, row, r) => sum + row[i]! * (j < n ? row[j]! : y[r]!), i === j ? 1e-6 * x.length : 0),
    ),
  );
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = a[k]![i]! / a[i]![i]!;
      for (let j = i; j <= n; j++) a[k]![j]! -= factor * a[i]![j]!;
    }
  }
  return a.map((row, i) => row[n]! / row[i]!);
}

/** Numbers by quantiles, categories by how frequent they are, each in at most 31 bins; bin 0 is what is not known. */
export function binned(features: readonly Feature[], rows: number): BinnedTable {
  const bins = new Uint8Array(new SharedArrayBuffer(features.length * rows));
  features.forEach(({ kind, values }, f) => {
    const bin = kind === 'number' ? quantiles(values as (number | null)[]) : ranks(values);
    values.forEach((value, row) => {
      bins[f * rows + row] = value === null ? 0 : bin(value);
    });
  });
  return { rows, features: features.length, bins };
}

/** Equal shares of the rows; a value that many rows have gets a bin of its own, and so the rare ones beside it stay apart. */
function quantiles(values: readonly (number | null)[]): (value: number | string) => number {
  const counts = new Map<number, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  const distinct = [...counts].sort((a, b) => a[0] - b[0]);
  const last: number[] = [];
  let rest = values.filter((value) => value !== null).length;
  let filled = 0;
  distinct.forEach(([value, count], i) => {
    const left = BINS - 1 - last.length;
    const next = distinct[i + 1]?.[1] ?? 0;
    filled += count;
    if (left > 1 && (filled >= rest / left || next >= rest / left || distinct.length - i <= left)) {
      last.push(value);
      rest -= filled;
      filled = 0;
    }
  });
  return (value) => {
    let low = 0;
    let high = last.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (last[middle]! < (value as number)) low = middle + 1;
      else high = middle;
    }
    return 1 + Math.min(low, BINS - 2);
  };
}

function ranks(values: readonly (number | string | null)[]): (value: number | string) => number {
  const counts = new Map<number | string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  const order = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([value]) => value);
  const rank = new Map(order.map((value, i) => [value, Math.min(BINS - 1, i + 1)]));
  return (value) => rank.get(value)!;
}
