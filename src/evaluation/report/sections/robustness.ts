import type { MetricName } from '../../evaluation.ts';
import { metricLabel } from '../../metrics/words.ts';
import { drawnMetrics } from '../../robustness/chart.ts';
import { gateWords, limitOf, type Robustness, type RobustnessCurve } from '../../robustness/robustness.ts';
import { count, decimal, plural, safe } from '../html.ts';
import { line, px, py, strokeOf, unitChart } from '../svg.ts';
import { absent, paragraph, reference, type Section } from './section.ts';

export const robustness: Section = {
  id: 'robustness',
  title: 'Robustness',
  body: (report) => {
    const { stress } = report.parts;
    if (stress === null) {
      return absent('How the figures fall as images get worse was not measured.', `osler stress ${reference(report)}`);
    }
    // With two classes the mean over classes is the same line again.
    const names = drawnMetrics(stress).filter((name) => name !== 'macroAuroc' || report.file.positive === null);
    const gates = gateWords(stress)
      .map((text) => `<li>${safe(text)}</li>`)
      .join('');
    const legend = names
      .map(
        (name, i) =>
          `<li><svg width="26" height="10" aria-hidden="true"><path d="M0 5H26" ${strokeOf(i)}/></svg><span>${safe(metricLabel(name))}</span><b>${decimal(stress.clean[name]!.value!)}</b></li>`,
      )
      .join('');
    return (
      paragraph(
        `${stress.curves.length} kinds of damage, ${stress.curves[0]?.levels.length ?? 0} strengths each, on ${imagesOf(stress.samples, report.file.samples)}. At 0 the image is as it is.`,
      ) +
      (gates === '' ? '' : `<h3>Gates</h3><ul class="notes">${gates}</ul>`) +
      `<ul class="legend across">${legend}</ul><div class="charts">${stress.curves.map((curve) => chart(stress, curve, names)).join('')}</div>` +
      stress.notes
        .filter((note) => !report.file.notes.includes(note))
        .map((note) => paragraph(note, 'muted'))
        .join('')
    );
  },
};

/** How many images were damaged: all of the split's, or `--limit` of them. */
function imagesOf(damaged: number, all: number): string {
  return damaged === all
    ? `the ${plural(all, 'image')} of this split`
    : `${count(damaged)} of the ${count(all)} images of this split`;
}

function chart(stress: Robustness, curve: RobustnessCurve, names: readonly MetricName[]): string {
  const last = Math.max(1, ...curve.levels.map(({ strength }) => strength));
  const gates = stress.gates
    .filter(({ metric }) => names.includes(metric))
    .map((gate) => `<path class="guide" d="M${px(0)} ${py(limitOf(gate))}H${px(1)}"/>`);
  const lines = names.map((name, i) => {
    const points = [
      { x: 0, estimate: stress.clean[name] },
      ...curve.levels.map(({ strength, metrics }) => ({ x: strength / last, estimate: metrics[name] })),
    ].flatMap(({ x, estimate }) =>
      estimate?.value == null ? [] : [{ x, value: estimate.value, low: estimate.low, high: estimate.high }],
    );
    const whiskers = points
      .filter(({ low, high }) => low !== null && high !== null)
      .map(({ x, low, high }) => `M${px(x)} ${py(low!)}V${py(high!)}`)
      .join('');
    return (
      `<path d="${whiskers}" ${strokeOf(i)} opacity=".45"/>` +
      line(
        points.map(({ x }) => x),
        points.map(({ value }) => value),
        strokeOf(i),
      )
    );
  });
  const amounts = curve.levels.map(({ amount }) => String(amount)).join(', ');
  return `<figure><figcaption>${safe(curve.kind)}</figcaption>${unitChart({ title: `${curve.kind}: metrics by strength`, x: 'strength', y: 'metric', body: gates.join('') + lines.join(''), ticks: ['0', ...curve.levels.map(({ strength }) => String(strength))] })}<small>${safe(`${amounts} ${curve.unit}`)}</small></figure>`;
}
