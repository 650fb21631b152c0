import { metricLabel } from '../../metrics/words.ts';
import type { SubgroupCell, SubgroupGap, Subgroups } from '../../subgroups/subgroups.ts';
import { count, decimal, plural, range, safe } from '../html.ts';
import { intervalBar } from '../svg.ts';
import { estimateText } from '../tables.ts';
import { absent, paragraph, reference, type Section, wide } from './section.ts';

/** Rows of crossed cells on the page; evaluation.json has all. */
const CROSSED = 40;

export const subgroups: Section = {
  id: 'subgroups',
  title: 'Subgroups',
  body: (report) => {
    const found = report.file.subgroups;
    if (found === null) {
      return absent(
        'Performance by age, sex, site, device... was not measured.',
        `osler evaluate ${reference(report)} --subgroups all`,
      );
    }
    if (found.columns.length === 0) {
      return paragraph('No column of the samples can be cut into subgroups.', 'absent') + skipped(found);
    }
    const crossed = found.cells.filter(({ columns }) => columns.length === 2);
    return (
      gaps(found) +
      found.columns.map((column) => columnPart(found, column.name, column.missing)).join('') +
      crossedPart(found, crossed) +
      skipped(found)
    );
  },
};

function gaps({ gaps: list, tests, alpha, minimum }: Subgroups): string {
  const sure = list.filter(({ adjusted }) => adjusted < alpha);
  const words =
    tests === 0
      ? 'No gap could be tested: the subgroups are too small.'
      : sure.length === 0
        ? `No gap between subgroups is beyond chance (${plural(tests, 'gap')} tested, corrected by Holm at ${alpha}). That is not proof that there is none.`
        : `${plural(sure.length, 'gap')} between subgroups ${sure.length === 1 ? 'is' : 'are'} beyond chance (${plural(tests, 'gap')} tested, corrected by Holm at ${alpha}).`;
  const rows = list.slice(0, 12).map((gap) => gapRow(gap, alpha));
  const table =
    rows.length === 0
      ? ''
      : wide(
          `<table class="who"><thead><tr><th scope="col">Largest gaps</th><th scope="col">Metric</th><th scope="col">Difference (95% interval)</th><th scope="col">p, corrected</th></tr></thead><tbody>${rows.join('')}</tbody></table>`,
        );
  return `<p class="verdict ${sure.length === 0 ? '' : 'bad'}">${sure.length === 0 ? '' : '⚠ '}${safe(words)}</p>${table}${paragraph(`Subgroups with fewer than ${minimum} of what a metric counts are named as small and are in no gap.`, 'muted')}`;
}

function gapRow({ metric, better, worse, difference, low, high, adjusted }: SubgroupGap, alpha: number): string {
  const p = adjusted < 0.001 ? '&lt; 0.001' : decimal(adjusted);
  return `<tr><th scope="row">${safe(worse)} <small>below</small> ${safe(better)}</th><td>${safe(metricLabel(metric))}</td><td><b>${decimal(difference)}</b> <small>${range(low, high)}</small></td><td>${adjusted < alpha ? `<b class="bad">${p}</b>` : p}</td></tr>`;
}

function columnPart(found: Subgroups, column: string, missing: number): string {
  const cells = found.cells.filter(({ columns }) => columns.length === 1 && columns[0] === column);
  const metric = found.metrics[0] ?? '';
  const note = missing === 0 ? '' : paragraph(`${plural(missing, 'sample')} without a value here.`, 'muted');
  return `<h3>${safe(column)}</h3>${table(cells, found, metric, (cell) => cell.levels[0]!)}${note}`;
}

function crossedPart(found: Subgroups, cells: readonly SubgroupCell[]): string {
  const big = cells.filter(({ small }) => small === null);
  if (cells.length === 0) return '';
  const metric = found.metrics[0] ?? '';
  const worst = big
    .filter((cell) => cell.metrics[metric]?.value != null)
    .toSorted((a, b) => a.metrics[metric]!.value! - b.metrics[metric]!.value!)
    .slice(0, CROSSED);
  const small = cells.length - big.length;
  return `<h3>Crossed, the lowest ${safe(metricLabel(metric))} first</h3>${table(worst, found, metric, ({ name }) => name)}${paragraph(`${plural(cells.length, 'crossing')}, ${count(small)} of them too small to tell${big.length > worst.length ? `; the first ${worst.length} are shown, evaluation.json has all` : ''}.`, 'muted')}`;
}

function table(
  cells: readonly SubgroupCell[],
  found: Subgroups,
  metric: string,
  name: (cell: SubgroupCell) => string,
): string {
  if (cells.length === 0) return '';
  const metrics = found.metrics.slice(0, 4);
  const head = metrics.map((one) => `<th scope="col">${safe(metricLabel(one))}</th>`).join('');
  const rows = cells.map((cell) => {
    const estimate = cell.metrics[metric];
    const plot =
      estimate?.value == null || cell.small !== null
        ? ''
        : intervalBar({ value: estimate.value, low: estimate.low, high: estimate.high });
    const small = cell.small === null ? '' : `<small class="small">${safe(cell.small)}</small>`;
    const values = metrics
      .map(
        (one) =>
          `<td class="${cell.small === null ? '' : 'muted'}">${cell.metrics[one] === undefined ? '–' : estimateText(cell.metrics[one])}</td>`,
      )
      .join('');
    return `<tr><th scope="row">${safe(name(cell))}${small}</th><td>${count(cell.samples)}</td>${values}<td class="plot">${plot}</td></tr>`;
  });
  return wide(
    `<table class="cells"><thead><tr><th scope="col">Subgroup</th><th scope="col">Samples</th>${head}<th scope="col" class="scale">${safe(metricLabel(metric))}, <span>0 to 1</span></th></tr></thead><tbody>${rows.join('')}</tbody></table>`,
  );
}

function skipped({ skipped: list }: Subgroups): string {
  return list.length === 0
    ? ''
    : paragraph(`Not cut: ${list.map(({ name, reason }) => `${name} (${reason})`).join('; ')}.`, 'muted');
}
