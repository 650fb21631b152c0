import type { Comparison, Difference, Pair } from '../evaluation/comparison/comparison.ts';
import { pValue, signed } from '../evaluation/comparison/verdict.ts';
import { metricLabel } from '../evaluation/metrics/words.ts';
import { stampWords } from '../store/leak-stamp.ts';
import pc from './colours.ts';
import { figure } from './figure.ts';
import { reasonLines, shortReason } from './reason-lines.ts';
import { tableLines } from './table.ts';

/** The comparison for a terminal: who is who, the verdict, every metric of every pair, what to mind. */
export function comparisonLines(comparison: Comparison): string[] {
  const { models, pairs, metric, samples, groups, on } = comparison;
  const size = groups === samples ? `${samples} samples` : `${samples} samples of ${groups} groups`;
  const lines = [`${pc.bold(on)}: ${size}`];
  for (const { letter, name, model, kind, stamps, leaks } of models) {
    lines.push(
      `  ${pc.bold(letter)}  ${name} ${pc.dim(`${model}, ${kind}${stamps.length === 0 ? '' : `, ${stampWords(stamps, leaks).join(', ')}`}`)}`,
    );
  }
  for (const { reason, count, examples } of comparison.leftOut) {
    const such = examples.length === 0 ? '' : ` (${examples.join(', ')}${count > examples.length ? ', ...' : ''})`;
    lines.push(`${pc.yellow('left out')} ${count}: ${reason}${such}`);
  }
  lines.push('', pc.bold(comparison.verdict));
  for (const pair of pairs) lines.push('', ...pairLines(pair, comparison));
  if (comparison.notes.length > 0) lines.push('', ...comparison.notes.map((note) => `${pc.yellow('note')} ${note}`));
  lines.push(
    '',
    pc.dim(
      `The verdict goes by ${metricLabel(metric)}${pairs.length > 1 ? `, corrected for ${pairs.length} pairs` : ''}; the other rows are not corrected for being many.`,
    ),
  );
  return lines;
}

function pairLines(pair: Pair, { pairs, metric }: Comparison): string[] {
  const rows = Object.entries(pair.differences)
    .filter(([, { first, second }]) => first !== null || second !== null)
    .sort(([a], [b]) => Number(b === metric) - Number(a === metric))
    .map(([name, difference]) => ({ name, ...difference }));
  type Row = Difference & { name: string };
  const mark = (text: string, { name }: Row) => (name === metric ? pc.bold(text) : text);
  const lines = tableLines<Row>(rows, [
    { title: 'metric', cell: ({ name }) => metricLabel(name), paint: mark },
    { title: pair.first, cell: ({ first }) => figure(first), align: 'right' },
    { title: pair.second, cell: ({ second }) => figure(second), align: 'right' },
    {
      title: 'difference',
      cell: ({ difference }) => (difference === null ? '–' : signed(difference)),
      align: 'right',
      paint: mark,
    },
    {
      title: '95% interval',
      cell: ({ low, high, reason }) =>
        low === null || high === null ? shortReason(reason) : `${signed(low)} to ${signed(high)}`,
      paint: (text) => pc.dim(text),
    },
    { title: 'p', cell: ({ p }) => (p === null ? '–' : pValue(p)) },
    ...(pairs.length > 1
      ? [{ title: 'corrected', cell: ({ adjusted }: Row) => (adjusted === null ? '–' : pValue(adjusted)) }]
      : []),
    { title: 'by', cell: ({ method }) => method ?? '', paint: (text) => pc.dim(text) },
  ]);
  const { agreement: a } = pair;
  const only = `Both right ${a.both}, only ${pair.first} ${a.first}, only ${pair.second} ${a.second}, both wrong ${a.neither}.`;
  const head = pairs.length > 1 ? [pair.verdict.words] : [];
  const reasons = reasonLines(rows.map(({ name, reason }) => ({ label: metricLabel(name), reason })));
  return [
    ...head,
    ...lines,
    ...reasons.map((text) => pc.dim(text)),
    only,
    ...(pair.power === null ? [] : [pair.power.words]),
  ];
}
