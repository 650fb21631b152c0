import { count, decimal, plural, safe } from '../../evaluation/report/html.ts';
import type { Audit } from '../audit.ts';
import type { Cell } from '../balance-result.ts';

const SPLITS = ['train', 'val', 'test'] as const;
const SHOWN = 20;

/** Class by split, the smallest cells, and how many samples an interval of the wished width would take. */
export function balanceSection({ balance, classes }: Audit): string {
  if (balance === null) return '';
  const whole = new Map(
    balance.cells.filter(({ column }) => column === null).map((cell) => [`${cell.label}\n${cell.split}`, cell]),
  );
  const rows = classes.map((label) => {
    const cells = SPLITS.map((split) => `<td class="n">${units(whole.get(`${label}\n${split}`))}</td>`);
    return `<tr><td>${safe(label)}</td>${cells.join('')}</tr>`;
  });
  const small = balance.smallest.slice(0, SHOWN).map(({ split, label, column, value, width, ...cell }) => {
    const where = column === null ? '' : `${safe(column)} ${safe(value ?? '')}`;
    const wide = width === null ? 'empty' : decimal(width);
    return `<tr><td>${safe(label)}</td><td>${split}</td><td>${where}</td><td class="n">${units(cell)}</td><td class="n">${wide}</td><td class="n">${count(cell.missing)}</td></tr>`;
  });
  const sizes = [...Map.groupBy(balance.sampleSizes, ({ label }) => label)].map(([label, list]) => {
    const need = (metric: 'sensitivity' | 'auroc'): string => {
      const size = list.find((entry) => entry.metric === metric);
      if (size === undefined) return '';
      const words = size.needed === null ? 'no number does' : count(size.needed);
      return size.enough ? `${words} ✓` : `<b class="few">${words}</b>`;
    };
    return `<tr><td>${safe(label)}</td><td class="n">${count(list[0]!.present)}</td><td class="n">${need('sensitivity')}</td><td class="n">${need('auroc')}</td></tr>`;
  });
  const more =
    balance.smallest.length > SHOWN
      ? `<p class="more">${SHOWN} of ${count(balance.smallest.length)} cells; all are in audit.json.</p>`
      : '';
  return `<div class="scroll" tabindex="0"><table class="plain"><thead><tr><th>Class</th><th class="n">train</th><th class="n">val</th><th class="n">test</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
${small.length === 0 ? '' : `<h3>Smallest cells</h3><div class="scroll" tabindex="0"><table class="plain"><thead><tr><th>Class</th><th>Split</th><th>Subgroup</th><th class="n">Images</th><th class="n">Interval's width</th><th class="n">Missing</th></tr></thead><tbody>${small.join('')}</tbody></table></div>${more}`}
${sizes.length === 0 ? '' : `<h3>Groups needed in test</h3><p class="muted">For a 95% interval ${decimal(balance.width)} wide, at an expected ${decimal(balance.expected)}; images of one group count as one.</p><div class="scroll" tabindex="0"><table class="plain"><thead><tr><th>Class</th><th class="n">There</th><th class="n">For its sensitivity</th><th class="n">For its AUROC</th></tr></thead><tbody>${sizes.join('')}</tbody></table></div>`}`;
}

/** "12", or "12 in 9 groups" where some images belong together. */
function units(cell: Pick<Cell, 'samples' | 'units'> | undefined): string {
  if (cell === undefined) return '0';
  return cell.units === cell.samples
    ? count(cell.samples)
    : `${count(cell.samples)} <small>in ${plural(cell.units, 'group')}</small>`;
}
