import type { Estimate } from '../../estimate.ts';
import { metricLabel } from '../../metrics/words.ts';
import { decimal, safe } from '../html.ts';
import { EXPOSURE_METRICS, exposureWords, signed } from '../words-exposure.ts';
import { paragraph, type Section, wide } from './section.ts';

/** Samples that train knows beside those that it does not: only where the split leaks. */
export const exposure: Section = {
  id: 'leak',
  title: 'What the leak does',
  body: ({ file }) => {
    const { exposure: found } = file;
    if (found === null) return '';
    const { exposed, unexposed, differences, inflation, lopsided } = found;
    const rows = EXPOSURE_METRICS.filter(
      (name) =>
        file.metrics[name].value !== null && (exposed.metrics[name].value ?? unexposed.metrics[name].value) !== null,
    ).map((name) => {
      const adds = inflation[name];
      const cells = [
        figure(file.metrics[name]),
        figure(exposed.metrics[name]),
        figure(unexposed.metrics[name]),
        figure(differences[name], signed),
        adds === null ? '–' : signed(adds),
      ];
      return `<tr><th scope="row">${safe(metricLabel(name))}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
    });
    const head = ['Metric', 'Reported', 'Known to train', 'Not known', 'Difference', 'What the leak adds'];
    const classes = file.class_names
      .map((name) => `${name} ${exposed.classes[name] ?? 0}/${unexposed.classes[name] ?? 0}`)
      .join(', ');
    const uneven =
      lopsided.length === 0
        ? ''
        : ` Only one part has ${lopsided.join(', ')}, so averages over classes are not compared.`;
    return `${exposureWords(file)
      .map((text) => paragraph(text))
      .join('')}${wide(
      `<table class="classes"><thead><tr>${head.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`,
    )}<p class="muted">${safe(`Known and not known by class: ${classes}.${uneven} The parts may differ in difficulty too; intervals say how far chance alone goes.`)}</p>`;
  },
};

function figure({ value, low, high, reason }: Estimate, write: (value: number) => string = decimal): string {
  if (value === null) return `<span class="muted" title="${safe(reason ?? '')}">–</span>`;
  return low === null || high === null
    ? `<b>${write(value)}</b> <small>${safe(reason ?? 'no interval')}</small>`
    : `<b>${write(value)}</b> <small>${write(low)} to ${write(high)}</small>`;
}
