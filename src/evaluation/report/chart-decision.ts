import type { Evaluation } from '../evaluation.ts';
import { decimal, safe } from './html.ts';
import { line, px, py, strokeOf, unitChart } from './svg.ts';

/** Of a threshold's harm below nothing, so much is drawn: the rest of that line tells nothing. */
const BELOW = 0.25;

/**
 * Decision curve (Vickers and Elkin 2006): what the model's verdicts are worth at each threshold, next to treating all and treating
 * none. Empty without a yes/no question.
 */
export function decisionFigure(evaluation: Evaluation): string {
  const { decision } = evaluation.curves;
  if (decision === null || decision.threshold.length === 0) return '';
  const top = Math.max(0.01, ...decision.model, ...decision.all) * 1.08;
  const bottom = -BELOW * top;
  const place = (benefit: number): number => (Math.max(bottom, benefit) - bottom) / (top - bottom);
  const levels = [0, top / 3, (2 * top) / 3, top].map((benefit) => ({
    at: place(benefit),
    text: benefit === 0 ? '0' : benefit.toPrecision(2),
  }));
  // What falls below the drawing ends there.
  const shown = decision.all.filter((benefit) => benefit >= bottom).length;
  const model = line(decision.threshold, decision.model.map(place), strokeOf(0));
  const all = line(decision.threshold.slice(0, shown), decision.all.slice(0, shown).map(place), strokeOf(1));
  const none = `<path class="guide" d="M${px(0)} ${py(place(0))}H${px(1)}"/>`;
  const point = evaluation.operatingPoint;
  const benefit = evaluation.metrics.netBenefit?.value ?? null;
  const mark =
    point === null || benefit === null
      ? ''
      : `<circle class="point" cx="${px(point.threshold)}" cy="${py(place(benefit))}" r="5.5"><title>operating point</title></circle>`;
  const legend = ['the model', 'calling all positive']
    .map(
      (name, i) =>
        `<li><svg width="26" height="10" aria-hidden="true"><path d="M0 5H26" ${strokeOf(i)}/></svg><span>${safe(name)}</span></li>`,
    )
    .join('');
  const words = `${mark === '' ? '' : '<i class="dot"></i> operating point; '}dashed: calling none positive (0). A threshold of ${decimal(point?.threshold ?? 0.5)} says that a missed case weighs as much as ${weight(point?.threshold ?? 0.5)} false alarms.`;
  return `<figure><figcaption>Decision curve (net benefit)</figcaption>${unitChart({ title: 'Decision curve', x: 'threshold probability', y: 'net benefit', body: none + all + model + mark, levels })}<ul class="legend">${legend}</ul><p class="muted">${words}</p></figure>`;
}

function weight(threshold: number): string {
  return threshold === 0 ? 'any number of' : ((1 - threshold) / threshold).toPrecision(2);
}
