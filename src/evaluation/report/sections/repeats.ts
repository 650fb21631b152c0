import type { MetricName } from '../../evaluation.ts';
import { metricLabel } from '../../metrics/words.ts';
import { meansOf, type Repeats, type Spread } from '../../repeats/repeats.ts';
import { decimal, range, safe } from '../html.ts';
import { exposureWords } from '../words-exposure.ts';
import { absent, paragraph, type Section, wide } from './section.ts';

/** What is shown; the file of the group has every metric. */
const SHOWN: readonly MetricName[] = [
  'auroc',
  'macroAuroc',
  'balancedAccuracy',
  'accuracy',
  'macroF1',
  'sensitivity',
  'specificity',
  'brier',
  'ece',
];

/** How the recipe does when it is trained again: whether this run is a lucky one. */
export const repeats: Section = {
  id: 'repeats',
  title: 'Trained again',
  body: ({ file, parts }) => {
    const result = parts.repeats;
    if (result === null) {
      return absent(
        'This is one training. What another seed would have given was not measured.',
        'osler train RECIPE dataset=NAME --seeds 5',
      );
    }
    const here = result.members.findIndex(({ run }) => run === (file.subject.training?.run ?? file.subject.id));
    const what =
      result.kind === 'folds'
        ? 'on k folds, each measured on the samples it was not trained on'
        : 'with everything alike but the seed (or the fold), all measured on these samples';
    return (
      paragraph(
        `The recipe was trained ${result.members.length} times, ${what}. The interval of the mean speaks of new patients and new trainings. Which one goes on was decided on validation; this split had no say in it.`,
      ) +
      wide(table(result, here, file.positive !== null)) +
      exposureWords(meansOf(result))
        .map((text) => paragraph(text))
        .join('')
    );
  },
};

function table(result: Repeats, here: number, binary: boolean): string {
  const rows = SHOWN.filter((name) =>
    name === 'macroAuroc'
      ? !binary
      : name === 'auroc' || name === 'sensitivity' || name === 'specificity'
        ? binary
        : true,
  )
    .flatMap((name) => (result.metrics[name] === undefined ? [] : [row(name, result.metrics[name], result, here)]))
    .join('');
  const members = result.members
    .map(({ name }, i) => `<th scope="col">${safe(name)}${i === here ? ' (this)' : ''}</th>`)
    .join('');
  return `<table><thead><tr><th scope="col">Metric</th><th scope="col">Mean (95% interval)</th><th scope="col">SD</th>${members}</tr></thead><tbody>${rows}</tbody></table>`;
}

function row(name: MetricName, spread: Spread, { members }: Repeats, here: number): string {
  const cells = members.map(({ metrics }, i) => {
    const value = metrics[name] ?? null;
    const text = value === null ? '–' : decimal(value);
    return `<td>${i === here ? `<b>${text}</b>` : text}</td>`;
  });
  return `<tr><th scope="row">${safe(metricLabel(name))}</th><td>${meanText(spread)}</td><td>${spread.sd === null ? '–' : decimal(spread.sd)}</td>${cells.join('')}</tr>`;
}

function meanText({ mean, low, high, reason }: Spread): string {
  if (mean === null) return `<span class="muted">${safe(reason ?? 'not estimable')}</span>`;
  const interval = low === null || high === null ? '' : ` <small>${range(low, high)}</small>`;
  return `<b>${decimal(mean)}</b>${interval}`;
}
