import type { Evaluation } from '../evaluation.ts';
import { CALIBRATION_BINS, type CalibrationBin } from '../metrics/probability.ts';
import { decimal, safe } from './html.ts';
import { line, px, py, strip, strokeOf, unitChart } from './svg.ts';

function legend(entries: { name: string; value: string }[]): string {
  const items = entries.map(
    ({ name, value }, i) =>
      `<li><svg width="26" height="10" aria-hidden="true"><path d="M0 5H26" ${strokeOf(i)}/></svg><span>${safe(name)}</span><b>${value}</b></li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

function figure(title: string, chart: string, below: string): string {
  return `<figure><figcaption>${safe(title)}</figcaption>${chart}${below}</figure>`;
}

/** Receiver operating characteristic with the operating point; one line for the positive classes, then one per class. */
export function rocFigure(evaluation: Evaluation): string {
  const { roc } = evaluation.curves;
  if (roc.length === 0) return figure('ROC curve', '', '<p class="muted">Not estimable: one class only.</p>');
  const { sensitivity, specificity } = evaluation.metrics;
  const point =
    sensitivity.value === null || specificity.value === null
      ? ''
      : `<circle class="point" cx="${px(1 - specificity.value)}" cy="${py(sensitivity.value)}" r="5.5"><title>operating point</title></circle>`;
  const body = `<path class="guide" d="M${px(0)} ${py(0)}L${px(1)} ${py(1)}"/>${roc.map((c, i) => line(c.fpr, c.tpr, strokeOf(i))).join('')}${point}`;
  const entries = roc.map((c, i) => ({ name: c.name, value: area(evaluation, c.name, i, 'auroc') }));
  const mark = point === '' ? '' : '<p class="muted"><i class="dot"></i> operating point; dashed diagonal: chance</p>';
  return figure(
    'ROC curve (area)',
    unitChart({ title: 'ROC curve', x: '1 − specificity', y: 'sensitivity', body }),
    legend(entries) + mark,
  );
}

/** Precision against recall; the dashed level is the prevalence, what chance would reach. */
export function precisionRecallFigure(evaluation: Evaluation): string {
  const curves = evaluation.curves.precisionRecall;
  if (curves.length === 0)
    return figure('Precision and recall', '', '<p class="muted">Not estimable: one class only.</p>');
  const point = evaluation.operatingPoint;
  const verdicts = point?.verdicts;
  const prevalence = verdicts === undefined ? null : (verdicts.tp + verdicts.fn) / evaluation.samples;
  const { sensitivity, ppv } = evaluation.metrics;
  const mark =
    sensitivity.value === null || ppv.value === null
      ? ''
      : `<circle class="point" cx="${px(sensitivity.value)}" cy="${py(ppv.value)}" r="5.5"><title>operating point</title></circle>`;
  const level = prevalence === null ? '' : `<path class="guide" d="M${px(0)} ${py(prevalence)}H${px(1)}"/>`;
  // Left of the first recall the curve holds its precision.
  const lines = curves.map((c, i) =>
    line([0, ...c.recall.slice(1)], [c.precision[1] ?? 1, ...c.precision.slice(1)], strokeOf(i)),
  );
  const entries = curves.map((c, i) => ({ name: c.name, value: area(evaluation, c.name, i, 'averagePrecision') }));
  return figure(
    'Precision and recall (average precision)',
    unitChart({
      title: 'Precision-recall curve',
      x: 'recall (sensitivity)',
      y: 'precision (PPV)',
      body: level + lines.join('') + mark,
    }),
    legend(entries) +
      (mark === '' ? '' : '<p class="muted"><i class="dot"></i> operating point; dashed level: prevalence</p>'),
  );
}

function area(evaluation: Evaluation, name: string, index: number, metric: 'auroc' | 'averagePrecision'): string {
  const asked = index === 0 && evaluation.positive !== null;
  const value = asked ? evaluation.metrics[metric].value : evaluation.per_class_metrics[name]?.[metric].value;
  return value === null || value === undefined ? '' : decimal(value);
}

/** Reliability diagram: observed share against mean probability of each bin, with Wilson's interval; below, samples per bin. */
export function calibrationFigure(title: string, y: string, bins: CalibrationBin[], note: string): string {
  const points = bins.map(
    (b) =>
      `<path class="whisker" d="M${px(b.predicted)} ${py(b.low)}V${py(b.high)}"/>` +
      `<circle class="reliability" cx="${px(b.predicted)}" cy="${py(b.observed)}" r="4"><title>${b.count} samples: said ${decimal(b.predicted)}, came true ${decimal(b.observed)}</title></circle>`,
  );
  const joined = line(
    bins.map((b) => b.predicted),
    bins.map((b) => b.observed),
    'class="joint"',
  );
  const width = 1 / CALIBRATION_BINS;
  const bars = bins.map((b) => {
    const from = Math.min(CALIBRATION_BINS - 1, Math.floor(b.predicted * CALIBRATION_BINS)) * width;
    return { from, to: from + width, value: b.count };
  });
  return figure(
    title,
    unitChart({
      title,
      x: 'probability said',
      y,
      body: `<path class="guide" d="M${px(0)} ${py(0)}L${px(1)} ${py(1)}"/>${joined}${points.join('')}`,
      below: strip(bars, CALIBRATION_BINS),
    }),
    `<p class="muted">${safe(note)}</p>`,
  );
}
