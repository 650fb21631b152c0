import type { Estimate, Evaluation } from '../evaluation/evaluation.ts';
import { metricLabel } from '../evaluation/metrics/words.ts';
import type { SubgroupCell, SubgroupGap } from '../evaluation/subgroups/subgroups.ts';
import pc from './colours.ts';
import { figure } from './figure.ts';
import { tableLines } from './table.ts';

/** Rows of the table, and gaps that are told; the report has all. */
const MOST_CELLS = 24;
const MOST_GAPS = 5;

/**
 * For a terminal: every level with its metrics, the gaps that are shown, the levels that are too small. Nothing without columns.
 * `tested` is false for means over trainings, whose gaps are not tested.
 */
export function subgroupLines({ subgroups }: Pick<Evaluation, 'subgroups'>, { tested } = { tested: true }): string[] {
  if (subgroups === null) return [];
  const { columns, cells, gaps, alpha, tests } = subgroups;
  const skipped = subgroups.skipped.map(({ name, reason }) => pc.dim(`  not by ${name}: ${reason}`));
  if (columns.length === 0) return ['', pc.bold('No subgroups'), ...skipped];
  const single = cells.filter((cell) => cell.columns.length === 1);
  const large = single.filter(({ small }) => small === null);
  const small = single.filter((cell) => cell.small !== null);
  const crossed = cells.length - single.length;
  const lines = [
    '',
    `${pc.bold(`Subgroups by ${columns.map(({ name }) => name).join(', ')}`)}${crossed === 0 ? '' : pc.dim(`; ${crossed} crossings are in the report`)}`,
    ...tableLines<SubgroupCell>(large.slice(0, MOST_CELLS), [
      { title: 'subgroup', cell: ({ name }) => name, max: 48 },
      { title: 'samples', cell: ({ samples }) => String(samples), align: 'right' },
      ...subgroups.metrics.slice(0, 3).map((metric) => ({
        title: metricLabel(metric),
        cell: ({ metrics }: SubgroupCell) => told(metrics[metric]!),
      })),
    ]),
  ];
  if (large.length > MOST_CELLS) lines.push(pc.dim(`... and ${large.length - MOST_CELLS} more`));
  if (large.some(({ metrics }) => Object.values(metrics).some(partial)))
    lines.push(pc.dim('* without the classes of which there are fewer than 5 samples'));
  if (small.length > 0) {
    const named = small.slice(0, 8).map((cell) => `${cell.name} (${cell.samples})`);
    const more = small.length > named.length ? ` and ${small.length - named.length} more` : '';
    lines.push(`${pc.yellow('too small to judge')} ${named.join(', ')}${more}`);
  }
  const shown = gaps.filter(({ adjusted }) => adjusted <= alpha);
  if (!tested) lines.push('Means over the trainings; gaps are tested for a single run: osler evaluate RUN.');
  else if (tests === 0) lines.push('No gap could be tested: the subgroups are too small.');
  else if (shown.length === 0)
    lines.push(`No gap is beyond chance (${tests} tested, Holm's correction). That is no proof that there is none.`);
  else {
    lines.push(...shown.slice(0, MOST_GAPS).map((gap) => `${pc.red('gap')} ${gapWords(gap)}`));
    if (shown.length > MOST_GAPS) lines.push(`... and ${shown.length - MOST_GAPS} more gaps`);
    lines.push(pc.dim(`${shown.length} of ${tests} tested gaps are beyond chance (Holm's correction).`));
  }
  return [...lines, ...skipped];
}

/** "AUROC: 0.154 lower for site: C than for site: A (0.086 to 0.222; p < 0.001 corrected)" */
function gapWords({ metric, better, worse, difference, low, high, adjusted }: SubgroupGap): string {
  const p = adjusted < 0.001 ? '< 0.001' : `= ${adjusted.toFixed(3)}`;
  return `${metricLabel(metric)} is ${figure(difference)} lower for ${worse} than for ${better} (${figure(low)} to ${figure(high)}; p ${p} corrected)`;
}

function told(estimate: Estimate): string {
  const { value, low, high } = estimate;
  if (value === null) return '–';
  const interval = low === null || high === null ? '' : ` (${low.toFixed(2)}–${high.toFixed(2)})`;
  return `${figure(value)}${interval}${partial(estimate) ? '*' : ''}`;
}

/** An average that leaves classes out; a reason for having no interval is another matter. */
function partial({ value, reason }: Pick<Estimate, 'value' | 'reason'>): boolean {
  return value !== null && reason !== undefined && !reason.startsWith('no interval');
}
