import { metricLabel } from '../../metrics/words.ts';
import { count, decimal, percent, safe } from '../../report/html.ts';
import type { Comparison, Difference, Pair } from '../comparison.ts';
import { direction } from '../direction.ts';
import { pValue, signed } from '../verdict.ts';
import { differenceBar, reach } from './figures.ts';

/** Every model's own metrics side by side, with their intervals; the best of a row is bold. */
export function modelTable({ models, pairs, metric }: Comparison): string {
  const names = Object.keys(pairs[0]?.differences ?? {});
  const rows = ordered(names, metric).map((name) => {
    const values = models.map((model) => model.metrics[name]?.value ?? null);
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return '';
    const best = direction(name) === 0 ? null : direction(name) > 0 ? Math.max(...known) : Math.min(...known);
    const cells = models.map((model, m) => {
      const { value, low, high, reason } = model.metrics[name] ?? { value: null, low: null, high: null };
      if (value === null) return `<td class="muted" title="${safe(reason ?? '')}">–</td>`;
      const interval = low === null || high === null ? '' : ` <small>${decimal(low)}–${decimal(high)}</small>`;
      return `<td>${values[m] === best ? `<b>${decimal(value)}</b>` : decimal(value)}${interval}</td>`;
    });
    return `<tr${name === metric ? ' class="deciding"' : ''}><th scope="row">${metricLabel(name)}</th>${cells.join('')}</tr>`;
  });
  const head = models.map(({ letter, name }) => `<th scope="col">${letter}<small>${safe(name)}</small></th>`).join('');
  return `<div class="scroll" tabindex="0"><table class="side"><thead><tr><th scope="col">Metric (95% interval)</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** Every metric of one pair: both values, the difference as numbers and as a plot, its test. */
export function pairTable(pair: Pair, { metric, margin, pairs }: Comparison): string {
  const entries = ordered(Object.keys(pair.differences), metric)
    .map((name) => [name, pair.differences[name]!] as const)
    .filter(([, { first, second }]) => first !== null || second !== null);
  // Log loss and its like have no upper end: one scale for all, but not theirs.
  const scale = reach(
    entries.filter(([name]) => !unbounded(name)).map(([, difference]) => difference),
    margin,
  );
  const many = pairs.length > 1;
  const rows = entries.map(([name, d]) => {
    const plot = unbounded(name) ? '' : differenceBar(d, scale, name === metric ? limit(margin, name) : null);
    return `<tr${name === metric ? ' class="deciding"' : ''}><th scope="row">${metricLabel(name)}</th>${valueCells(d)}<td class="plot">${plot}</td>${testCells(d, many)}</tr>`;
  });
  return `<div class="scroll" tabindex="0"><table class="differences"><thead><tr><th scope="col">Metric</th><th scope="col">${pair.first}</th><th scope="col">${pair.second}</th><th scope="col">Difference (95% interval)</th><th scope="col" class="axis"><span>${pair.first} has more</span><span>${pair.second} has more</span></th><th scope="col">p</th>${many ? '<th scope="col">corrected</th>' : ''}<th scope="col">by</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** AUROC and recall of each class against the rest. */
export function classesTable(pair: Pair, { class_names }: Comparison): string {
  const rows = class_names.flatMap((name) => {
    const one = pair.classes[name];
    if (one === undefined) return [];
    return (['auroc', 'recall'] as const).map((key, i) => {
      const d = one[key];
      const title = i === 0 ? `<th scope="rowgroup" rowspan="2">${safe(name)}</th>` : '';
      const label = key === 'auroc' ? 'AUROC' : 'Recall';
      if (d.difference === null)
        return `<tr>${title}<td>${label}</td><td colspan="5" class="muted">${safe(d.reason ?? '')}</td></tr>`;
      return `<tr>${title}<td>${label}</td>${valueCells(d)}${testCells(d, true, false)}</tr>`;
    });
  });
  return `<div class="scroll" tabindex="0"><table class="differences"><thead><tr><th scope="col">Class against the rest</th><th scope="col">Metric</th><th scope="col">${pair.first}</th><th scope="col">${pair.second}</th><th scope="col">Difference (95% interval)</th><th scope="col">p</th><th scope="col">corrected</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** Who has how many right: what McNemar's test counts. */
export function agreementTable(pair: Pair): string {
  const columns = [
    { title: 'All samples', agreement: pair.agreement },
    ...(pair.verdicts === null
      ? []
      : [
          { title: 'Positives', agreement: pair.verdicts.positives },
          { title: 'Negatives', agreement: pair.verdicts.negatives },
        ]),
  ];
  const row = (label: string, key: 'both' | 'first' | 'second' | 'neither') =>
    `<tr><th scope="row">${label}</th>${columns
      .map(({ agreement: a }) => {
        const total = a.both + a.first + a.second + a.neither;
        return `<td><b>${count(a[key])}</b>${total === 0 ? '' : ` <small>${percent(a[key] / total)}</small>`}</td>`;
      })
      .join('')}</tr>`;
  return `<table class="agreement"><thead><tr><th scope="col">Right</th>${columns.map(({ title }) => `<th scope="col">${title}</th>`).join('')}</tr></thead><tbody>${row('both', 'both')}${row(`only ${pair.first}`, 'first')}${row(`only ${pair.second}`, 'second')}${row('neither', 'neither')}</tbody></table>`;
}

function valueCells({ first, second, difference, low, high, reason }: Difference): string {
  const one = (value: number | null) => `<td>${value === null ? '–' : decimal(value)}</td>`;
  const interval =
    low === null || high === null
      ? `<small title="${safe(reason ?? '')}">no interval</small>`
      : `<small>${signed(low)} to ${signed(high)}</small>`;
  const told =
    difference === null
      ? `<td class="muted">${safe(reason ?? '–')}</td>`
      : `<td class="told"><b>${signed(difference)}</b> ${interval}</td>`;
  return one(first) + one(second) + told;
}

function testCells({ p, adjusted, method }: Difference, corrected: boolean, named = true): string {
  const show = (value: number | null) => `<td class="p">${value === null ? '–' : safe(pValue(value))}</td>`;
  return `${show(p)}${corrected ? show(adjusted) : ''}${named ? `<td class="muted by">${safe(method ?? '')}</td>` : ''}`;
}

/** Where the margin lies: on the side on which the second is worse. */
function limit(margin: number | null, metric: string): number | null {
  return margin === null ? null : -margin * (direction(metric) || 1);
}

function unbounded(name: string): boolean {
  return name === 'logLoss' || direction(name) === 0;
}

/** The deciding metric first. */
function ordered(names: readonly string[], metric: string): string[] {
  return [metric, ...names.filter((name) => name !== metric)];
}
