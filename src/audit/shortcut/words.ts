import type { Feature } from './features.ts';
import { percentile } from './measure/measurement.ts';
import type { Guess } from './result.ts';

const NAMED = 3;

/** One value, for people. */
export function valueText({ show }: Pick<Feature, 'show'>, value: number | string | null): string {
  if (value === null) return 'none';
  if (typeof value === 'string') return value;
  if (show === 'percent') return `${Number((100 * value).toFixed(Math.abs(value) < 0.1 ? 1 : 0))}%`;
  if (show === 'bytes') return value >= 10_000 ? `${Math.round(value / 1000)} kB` : `${Math.round(value)} B`;
  return show === 'whole' ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** What is typical of a class: the median and the middle 80%, or the commonest names with their shares. */
export function typicalText(feature: Feature, rows: readonly number[]): string {
  const values = rows.map((row) => feature.values[row] ?? null);
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return 'none';
  const missing = known.length < values.length ? `, none ${share(1 - known.length / values.length)}` : '';
  if (feature.kind === 'category') {
    const counts = [...Map.groupBy(known, String)].map(([name, same]) => [name, same.length] as const);
    const most = counts.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, NAMED);
    const rest = known.length - most.reduce((sum, [, count]) => sum + count, 0);
    const texts = most.map(([name, count]) => `${name} ${share(count / values.length)}`);
    return `${texts.join(', ')}${rest > 0 ? `, others ${share(rest / values.length)}` : ''}${missing}`;
  }
  const numbers = known as number[];
  const text = (at: number): string => valueText(feature, percentile(numbers, at));
  const [low, middle, high] = [text(0.1), text(0.5), text(0.9)];
  return `${low === high ? middle : `${middle} (${low} to ${high})`}${missing}`;
}

/** "0.93 (0.91 to 0.95)" */
export function guessText({ auroc, low, high }: Guess): string {
  if (auroc === null) return 'not estimable';
  return low === null || high === null
    ? auroc.toFixed(2)
    : `${auroc.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

function share(value: number): string {
  return `${value > 0 && value < 0.01 ? '<1' : Math.round(100 * value)}%`;
}
