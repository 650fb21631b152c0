import type { Estimate } from '../estimate.ts';
import { comparable, countKinds, difference, NOTHING } from '../exposure/measure.ts';
import type { Exposure } from '../exposure/result.ts';
import { METRICS, type MetricName } from '../metrics/names.ts';
import { subtract } from '../statistics/rounding.ts';
import { cutColumns } from '../subgroups/columns.ts';
import { divide, MINIMUM, smallness } from '../subgroups/measure-subgroups.ts';
import { subgroupMetrics } from '../subgroups/metrics.ts';
import type { SubgroupCell, Subgroups } from '../subgroups/subgroups.ts';
import { type Member, spreads } from './measure.ts';
import { estimateOf, type Repeats } from './repeats.ts';

interface Options {
  resamples: number;
  seed: number;
}

/**
 * What a leak does to the mean over trainings: samples that train knows beside those that it does not. Members are measured on the same
 * samples; one that any member's train knows counts as known. Null where none is.
 */
export function exposureOf(members: readonly Member[], means: Repeats['metrics'], options: Options): Exposure | null {
  const { predictions, decided } = members[0]!;
  const known = predictions.ids.map(
    (_, i) => members.map((member) => member.predictions.exposed?.[i] ?? null).find((kind) => kind !== null) ?? null,
  );
  if (known.every((kind) => kind === null)) return null;
  const part = (wanted: boolean) => {
    const rows = [...known.keys()].filter((i) => (known[i] !== null) === wanted);
    const metrics = rows.length === 0 ? null : spreads('seeds', restrict(members, rows), options).metrics;
    const missing: Estimate = { ...NOTHING, reason: 'not estimable: there is no such sample' };
    return {
      samples: rows.length,
      groups: new Set(rows.map((i) => predictions.groups[i]!)).size,
      classes: Object.fromEntries(
        predictions.classes.map((name, c) => [name, rows.filter((i) => predictions.labels[i] === c).length]),
      ),
      metrics: byMetric((name) => (metrics === null ? missing : estimateOf(metrics[name]))),
    };
  };
  const [exposed, unexposed] = [part(true), part(false)];
  const lopsided = predictions.classes.filter((name) => exposed.classes[name]! > 0 !== unexposed.classes[name]! > 0);
  const asked = decided.question !== null;
  return {
    exposed: { ...exposed, kinds: countKinds(known) },
    unexposed,
    differences: byMetric((name) =>
      comparable(name, lopsided, asked)
        ? difference(exposed.metrics[name], unexposed.metrics[name])
        : { ...NOTHING, reason: `not estimable: only one of the parts has ${lopsided.join(', ')}` },
    ),
    inflation: byMetric((name) => {
      const [a, b] = [means[name]?.mean ?? null, unexposed.metrics[name].value];
      return comparable(name, lopsided, asked) && a !== null && b !== null ? subtract(a, b) : null;
    }),
    lopsided,
  };
}

/**
 * The mean over trainings by columns of the samples' own data, one by one. Gaps are not tested: a test of them is for one training.
 * Null when no sample has a column. Throws USAGE for a column that no sample has.
 */
export function subgroupsOf(
  members: readonly Member[],
  means: Repeats['metrics'],
  wanted: readonly string[] | 'all',
  options: Options,
): Subgroups | null {
  const { predictions, decided } = members[0]!;
  if (wanted === 'all' && !predictions.meta?.some((row) => Object.keys(row).length > 0)) return null;
  const { columns, skipped } = cutColumns(predictions, wanted);
  const names = subgroupMetrics(decided.question);
  const positive = decided.question?.members ?? null;
  const cells = columns.flatMap((column) =>
    divide([column]).map(({ at, rows }): SubgroupCell => {
      const level = column.levels[at[0]!]!.name;
      const { metrics } = spreads('seeds', restrict(members, rows), options);
      return {
        name: `${column.name}: ${level}`,
        columns: [column.name],
        levels: [level],
        samples: rows.length,
        groups: new Set(rows.map((i) => predictions.groups[i]!)).size,
        positives: positive === null ? null : rows.filter((i) => positive.includes(predictions.labels[i]!)).length,
        small: smallness(predictions, rows, positive),
        metrics: Object.fromEntries(names.map((name) => [name, estimateOf(metrics[name])])),
      };
    }),
  );
  return {
    columns: columns.map(({ of: _, ...column }) => column),
    skipped,
    metrics: names,
    overall: Object.fromEntries(names.map((name) => [name, estimateOf(means[name])])),
    cells,
    gaps: [],
    minimum: MINIMUM,
    tests: 0,
    alpha: 0.05,
  };
}

/** Members with only these of their samples, decided as before. */
function restrict(members: readonly Member[], rows: readonly number[]): Member[] {
  return members.map(({ predictions: p, decided, ...member }) => {
    const k = p.classes.length;
    const pick = <T>(values: ArrayLike<T>): T[] => rows.map((i) => values[i]!);
    const cut = <A extends Float32Array | Float64Array>(from: A, to: A): A => {
      for (const [r, i] of rows.entries()) to.set(from.subarray(i * k, i * k + k), r * k);
      return to;
    };
    return {
      ...member,
      predictions: {
        classes: p.classes,
        ids: pick(p.ids),
        labels: Int32Array.from(pick(p.labels)),
        logits: cut(p.logits, new Float32Array(rows.length * k)),
        groups: pick(p.groups),
      },
      decided: { ...decided, probabilities: cut(decided.probabilities, new Float64Array(rows.length * k)) },
    };
  });
}

function byMetric<T>(of: (name: MetricName) => T): Record<MetricName, T> {
  return Object.fromEntries(METRICS.map((name) => [name, of(name)])) as Record<MetricName, T>;
}
