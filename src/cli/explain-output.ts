import type { Estimate } from '../evaluation/estimate.ts';
import { type Explanations, REFERENCES } from '../evaluation/explanations.ts';
import { METHODS } from '../evaluation/report/sections/explanations.ts';
import pc from './colours.ts';
import { figure } from './figure.ts';
import { reasonLines, shortReason } from './reason-lines.ts';
import { tableLines } from './table.ts';

/** The check of the heat maps for a terminal: the verdict first, then what it rests on. */
export function explainLines({ methods, images, groups, agreement, notes }: Explanations): string[] {
  const lines = [`${images} images of ${groups} groups`];
  for (const { method, verdict, masked, images: own } of methods) {
    const mark = verdict.sound === null ? '' : verdict.sound ? `${pc.green('✓')} ` : `${pc.yellow('⚠')} `;
    lines.push(
      '',
      `${pc.bold(METHODS[method])} (${own} images)`,
      ...verdict.words.map((text, i) => (i === 0 ? mark + text : text)),
    );
    if (masked === null) continue;
    const rows = masked.scores.flatMap(({ name, value, against }) => [
      { label: name, value, gain: null as Estimate | null },
      ...against.map((one) => ({ label: `  ${REFERENCES[one.reference]}`, value: one.value, gain: one.gain })),
    ]);
    lines.push(
      ...tableLines(rows, [
        { title: 'against masks', cell: ({ label }) => label },
        { title: 'value', cell: ({ value }) => figure(value.value), align: 'right', paint: (text) => pc.bold(text) },
        { title: '95% interval', cell: ({ value }) => interval(value), paint: (text) => pc.dim(text) },
        {
          title: 'gain of the maps',
          cell: ({ gain }) => (gain === null ? '' : `${figure(gain.value)}  ${interval(gain)}`),
        },
      ]),
      ...reasonLines(rows.map(({ label, value }) => ({ label: label.trim(), reason: value.reason }))).map((text) =>
        pc.dim(text),
      ),
    );
  }
  if (agreement?.value != null)
    lines.push('', `The methods agree with a rank correlation of ${figure(agreement.value)} (${interval(agreement)}).`);
  return [...lines, '', ...notes.map((note) => `${pc.yellow('note')} ${note}`)];
}

function interval({ low, high, reason }: Estimate): string {
  return low === null || high === null ? shortReason(reason) : `${figure(low)} to ${figure(high)}`;
}
