import type { Estimate, Evaluation } from '../evaluation/evaluation.ts';
import { METRIC_GROUPS } from '../evaluation/metrics/words.ts';
import { classRuleWords, doubtWords } from '../evaluation/report/decision-words.ts';
import { INTERVALS, placedLabel } from '../evaluation/report/interval-words.ts';
import { DETAILS, operatingWords, repeats, samplesWords } from '../evaluation/report/words.ts';
import pc from './colours.ts';
import { figure } from './figure.ts';
import { reasonLines, shortReason } from './reason-lines.ts';
import { tableLines } from './table.ts';

interface Row {
  label: string;
  estimate: Estimate;
}

/** The evaluation for a terminal: metrics with intervals, the operating point in words, what to mind. */
export function evaluationLines(evaluation: Evaluation): string[] {
  const lines = [`${pc.bold(evaluation.split)}: ${samplesWords(evaluation)}, ${evaluation.class_names.length} classes`];
  const rows = METRIC_GROUPS.flatMap(({ metrics }) =>
    metrics
      .filter(([name]) => !repeats(evaluation, name) && !DETAILS.has(name))
      .map(
        ([name, label]): Row => ({ label: placedLabel(name, label, evaluation), estimate: evaluation.metrics[name] }),
      ),
  );
  lines.push(
    ...tableLines(rows, [
      { title: 'metric', cell: ({ label }) => label },
      {
        title: 'value',
        cell: ({ estimate }) => figure(estimate.value),
        align: 'right',
        paint: (text) => pc.bold(text),
      },
      {
        title: '95% interval',
        cell: ({ estimate: { low, high, reason } }) =>
          low === null ? shortReason(reason) : `${figure(low)} to ${figure(high)}`,
        paint: (text) => pc.dim(text),
      },
      {
        title: 'by',
        cell: ({ estimate: { method } }) => (method === undefined ? '' : INTERVALS[method]),
        paint: (text) => pc.dim(text),
      },
    ]),
    ...reasonLines(rows.map(({ label, estimate: { reason } }) => ({ label, reason }))).map((text) => pc.dim(text)),
    '',
    ...operatingWords(evaluation),
    ...classRuleWords(evaluation),
    ...doubtWords(evaluation),
  );
  if (evaluation.notes.length > 0) lines.push('', ...evaluation.notes.map((note) => `${pc.yellow('note')} ${note}`));
  return lines;
}
