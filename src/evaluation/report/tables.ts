import { CLASS_METRICS, type Estimate, type Evaluation, type MetricName } from '../evaluation.ts';
import { METRIC_GROUPS } from '../metrics/words.ts';
import { count, decimal, percent, range, safe } from './html.ts';
import { INTERVALS, placedLabel } from './interval-words.ts';
import { intervalBar } from './svg.ts';
import { OFF_SCALE, repeats } from './words.ts';

/** Every metric with its interval, as numbers and as a plot. */
export function performanceTable(evaluation: Evaluation): string {
  const groups = METRIC_GROUPS.map(({ title, note, metrics }) => {
    const shown = metrics
      .filter(([name]) => !repeats(evaluation, name))
      .map(([name, label]) => ({
        label: placedLabel(name, label, evaluation),
        estimate: evaluation.metrics[name],
        name,
      }));
    const rows = [...shown.map(({ label, estimate, name }) => row(label, estimate, name)), ...unknownRows(shown)];
    return rows.length === 0
      ? ''
      : `<tr class="group"><th scope="rowgroup" colspan="3">${title} <span>${note}</span></th></tr>${rows.join('')}`;
  });
  return `<table class="metrics"><thead><tr><th scope="col">Metric</th><th scope="col">Value (95% interval)</th><th scope="col" class="scale"><span>0</span><span>0.5</span><span>1</span></th></tr></thead><tbody>${groups.join('')}</tbody></table>`;
}

/** Nothing for what has no value: `unknownRows`. */
function row(label: string, estimate: Estimate, name: MetricName): string {
  const { value, low, high } = estimate;
  if (value === null) return '';
  const plot = OFF_SCALE.has(name) ? '' : intervalBar({ value, low, high });
  return `<tr><th scope="row">${label}</th><td>${estimateText(estimate)}${how(estimate)}</td><td class="plot">${plot}</td></tr>`;
}

/** What has no value, below what has one: those with the same reason together. */
function unknownRows(shown: readonly { label: string; estimate: Estimate }[]): string[] {
  const unknown = shown.filter(({ estimate }) => estimate.value === null);
  const byReason = Map.groupBy(unknown, ({ estimate }) => estimate.reason ?? 'not estimable');
  return [...byReason].map(([reason, same]) => {
    const labels = same.map(({ label }) => label).join('<br>');
    return `<tr><th scope="row">${labels}</th><td colspan="2" class="muted">${safe(reason)}</td></tr>`;
  });
}

function how({ method, low }: Estimate): string {
  return method === undefined || low === null ? '' : `<small class="how">${INTERVALS[method]}</small>`;
}

/** A value with its interval, or a dash that says why. */
export function estimateText({ value, low, high, reason }: Estimate): string {
  if (value === null) return `<span class="muted" title="${safe(reason ?? '')}">–</span>`;
  const interval =
    low === null || high === null
      ? `<small title="${safe(reason ?? '')}">no interval</small>`
      : `<small>${range(low, high)}</small>`;
  return `<b>${decimal(value)}</b> ${interval}`;
}

/** Every class against the rest. */
export function classTable(evaluation: Evaluation): string {
  const head = ['Class', 'Samples', 'Precision', 'Recall', 'Specificity', 'F1', 'AUROC', 'Average precision'];
  const rows = evaluation.class_names.map((name) => {
    const report = evaluation.per_class_metrics[name]!;
    const cells = CLASS_METRICS.map((metric) => `<td>${estimateText(report[metric])}</td>`);
    return `<tr><th scope="row">${safe(name)}</th><td>${count(report.support)}</td>${cells.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0"><table class="classes"><thead><tr>${head.map((h) => `<th scope="col">${h}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** Confusion matrix; a cell's shade is its share of the true class. */
export function confusionTable(evaluation: Evaluation): string {
  const names = evaluation.class_names;
  const head = names.map((name) => `<th scope="col"><span>${safe(name)}</span></th>`).join('');
  const rows = evaluation.confusion_matrix.map((cells, r) => {
    const total = cells.reduce((sum, n) => sum + n, 0);
    const tds = cells.map((n, c) => {
      const share = total === 0 ? 0 : n / total;
      const text = total === 0 ? '' : `<small>${percent(share)}</small>`;
      return `<td class="${c === r ? 'hit' : 'miss'}" style="--share:${Math.round(share * 100)}%"><b>${count(n)}</b>${text}</td>`;
    });
    return `<tr><th scope="row">${safe(names[r]!)}<small>n = ${count(total)}</small></th>${tds.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0"><table class="confusion"><thead><tr><td class="corner"><span>truth ↓</span> <span>decided →</span></td>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** Truth against the verdict at the operating point. */
export function verdictTable(evaluation: Evaluation): string {
  const point = evaluation.operatingPoint;
  if (point === null) return '';
  const { tp, fp, tn, fn } = point.verdicts;
  return `<table class="verdicts"><thead><tr><td></td><th scope="col">called positive</th><th scope="col">called negative</th></tr></thead><tbody><tr><th scope="row">is positive</th><td class="good">${count(tp)}</td><td class="bad">${count(fn)} <small>missed</small></td></tr><tr><th scope="row">is negative</th><td class="bad">${count(fp)} <small>false alarms</small></td><td class="good">${count(tn)}</td></tr></tbody></table>`;
}

/** Samples of the dataset by split and class. */
export function countsTable(splits: Record<string, Record<string, number>>, classes: readonly string[]): string {
  const rows = Object.entries(splits).map(([split, counts]) => {
    const cells = classes.map((name) => `<td>${count(counts[name] ?? 0)}</td>`).join('');
    const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
    return `<tr><th scope="row">${safe(split)}</th>${cells}<td><b>${count(total)}</b></td></tr>`;
  });
  const head = classes.map((name) => `<th scope="col">${safe(name)}</th>`).join('');
  return `<div class="scroll" tabindex="0"><table class="counts"><thead><tr><th scope="col">Split</th>${head}<th scope="col">all</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}
