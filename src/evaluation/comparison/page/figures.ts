import { safe } from '../../report/html.ts';
import { line, px, py, strokeOf, unitChart } from '../../report/svg.ts';
import type { Comparison, Difference } from '../comparison.ts';

/** Every model's ROC curve in one chart. Empty where there is no positive class. */
export function rocOverlay({ models }: Comparison): string {
  const drawn = models.flatMap((model, i) => (model.roc === null ? [] : [{ ...model, roc: model.roc, i }]));
  if (drawn.length === 0) return '';
  const points = drawn.map(({ metrics, letter, i }) => {
    const { sensitivity, specificity } = metrics;
    if (typeof sensitivity?.value !== 'number' || typeof specificity?.value !== 'number') return '';
    return `<circle class="point" style="stroke:var(--c${i % 8})" cx="${px(1 - specificity.value)}" cy="${py(sensitivity.value)}" r="5"><title>operating point of ${letter}</title></circle>`;
  });
  const body = `<path class="guide" d="M${px(0)} ${py(0)}L${px(1)} ${py(1)}"/>${drawn.map(({ roc, i }) => line(roc.fpr, roc.tpr, strokeOf(i))).join('')}${points.join('')}`;
  const legend = drawn.map(
    ({ letter, name, metrics, i }) =>
      `<li><svg width="26" height="10" aria-hidden="true"><path d="M0 5H26" ${strokeOf(i)}/></svg><span><b>${letter}</b> ${safe(name)}</span><b>${metrics.auroc?.value?.toFixed(3) ?? ''}</b></li>`,
  );
  return `<figure><figcaption>ROC curves (area)</figcaption>${unitChart({ title: 'ROC curves', x: '1 − specificity', y: 'sensitivity', body })}<ul class="legend">${legend.join('')}</ul><p class="muted"><i class="dot"></i> each at its own operating point; dashed diagonal: chance</p></figure>`;
}

/** Scale of the differences in a table: the largest end of an interval, and the margin. */
export function reach(differences: readonly Difference[], margin: number | null): number {
  const ends = differences.flatMap(({ difference, low, high }) => [difference, low, high].map((x) => Math.abs(x ?? 0)));
  return Math.max(1e-6, (margin ?? 0) * 1.15, ...ends);
}

/** A difference with its interval around zero, as wide as its cell. `margin` draws the line below which it is too much worse. */
export function differenceBar({ difference, low, high }: Difference, scale: number, margin: number | null): string {
  if (difference === null) return '';
  const at = (x: number) => `${(50 + 48 * Math.max(-1, Math.min(1, x / scale))).toFixed(1)}%`;
  const span =
    low === null || high === null
      ? ''
      : `<line class="span" x1="${at(low)}" x2="${at(high)}" y1="10" y2="10"/>${[low, high].map((x) => `<line class="span" x1="${at(x)}" x2="${at(x)}" y1="6" y2="14"/>`).join('')}`;
  const limit = margin === null ? '' : `<line class="limit" x1="${at(margin)}" x2="${at(margin)}" y1="0" y2="20"/>`;
  return `<svg class="forest" width="100%" height="20" aria-hidden="true"><line class="zero" x1="50%" x2="50%" y1="0" y2="20"/>${limit}${span}<circle cx="${at(difference)}" cy="10" r="3.4"/></svg>`;
}
