import { count, decimal, safe } from '../../evaluation/report/html.ts';
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
  const sizes = balance.sampleSizes.map(
    ({ metric, label, width, expected, needed, present, enough }) =>
      `<tr><td>${safe(label)}</td><td>${metric === 'auroc' ? 'AUROC' : 'sensitivity'} of ${decimal(expected)}, ${decimal(width)} wide</td><td class="n">${needed === null ? 'no number does' : count(needed)}</td><td class="n">${count(present)}</td><td>${enough ? 'enough' : '<b class="level warning">too few</b>'}</td></tr>`,
  );
  const more =
    balance.smallest.length > SHOWN
      ? `<p class="more">${SHOWN} of ${count(balance.smallest.length)} cells; all are in audit.json.</p>`
      : '';
  return `<div class="scroll"><table class="plain"><thead><tr><th>Class</th><th class="n">train</th><th class="n">val</th><th class="n">test</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
${small.length === 0 ? '' : `<h3>Smallest cells</h3><div class="scroll"><table class="plain"><thead><tr><th>Class</th><th>Split</th><th>Subgroup</th><th class="n">Images</th><th class="n">Interval's width</th><th class="n">Missing</th></tr></thead><tbody>${small.join('')}</tbody></table></div>${more}`}
${sizes.length === 0 ? '' : `<h3>Samples needed in test</h3><div class="scroll"><table class="plain"><thead><tr><th>Class</th><th>For a</th><th class="n">Needed</th><th class="n">There</th><th></th></tr></thead><tbody>${sizes.join('')}</tbody></table></div>`}`;
}

/** "12", or "12 of 9" where some images belong together. */
function units(cell: Pick<Cell, 'samples' | 'units'> | undefined): string {
  if (cell === undefined) return '0';
  return cell.units === cell.samples
    ? count(cell.samples)
    : `${count(cell.samples)} <small>of ${count(cell.units)} groups</small>`;
}
