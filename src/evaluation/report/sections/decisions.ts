import type { ConformalSection, OutOfDistributionSection } from '../../decisions/spec.ts';
import { unlikeBy } from '../decision-words.ts';
import { count, decimal, percent, safe } from '../html.ts';
import { estimateText } from '../tables.ts';
import { paragraph, type Section, wide } from './section.ts';

/** Beside a probability: which classes can't be ruled out, and whether the image is one of a kind that the model knows. */
export const decisions: Section = {
  id: 'doubt',
  title: 'Doubt: sets of classes, unfamiliar images',
  body: ({ file }) =>
    (file.conformal === null ? '' : sets(file.conformal)) +
    (file.outOfDistribution === null ? '' : unfamiliar(file.outOfDistribution)),
};

function sets(section: ConformalSection): string {
  const { applied, covered, classes, sizes, meanSize, singleCorrect, from } = section;
  const rows = classes.map(
    ({ name, samples, covered: one, chance }) =>
      `<tr><th scope="row">${safe(name)}</th><td>${count(samples)}</td><td>${estimateText(one)}</td><td>${chance === null ? '–' : `${decimal(chance.low)}–${decimal(chance.high)}`}</td></tr>`,
  );
  const all = sizes.reduce((sum, n) => sum + n, 0);
  const shares = sizes
    .map((n, size) => [size, n] as const)
    .filter(([, n]) => n > 0)
    .map(([size, n]) => `${count(size)} ${size === 1 ? 'class' : 'classes'}: ${percent(all === 0 ? 0 : n / all)}`);
  const outside = classes.filter(
    ({ covered: { value }, chance }) => value !== null && chance !== null && value < chance.low,
  );
  const verdict =
    outside.length === 0
      ? 'Every class keeps what was promised, within chance.'
      : `${outside.map(({ name }) => name).join(', ')}: the truth is in the set less often than promised, beyond chance. The promise holds only where new images are like those of validation.`;
  return (
    `<h3>Conformal sets</h3>${paragraph(`For each image a set of classes that holds the truth in ${percent(applied.coverage)} of the cases, promised for each class by itself; limits ${from === 'given' ? 'as the bundle brings them' : 'fitted on validation'}.`)}` +
    `<p class="verdict ${outside.length === 0 ? 'good' : 'bad'}">${outside.length === 0 ? '✓' : '⚠'} ${safe(verdict)}</p>` +
    wide(
      `<table class="who"><thead><tr><th scope="col">Class</th><th scope="col">Samples</th><th scope="col">Truth in the set</th><th scope="col">By chance, were the promise kept</th></tr></thead><tbody>${rows.join('')}</tbody></table>`,
    ) +
    `<dl><dt>All</dt><dd>${estimateText(covered)}</dd><dt>Classes in a set</dt><dd>${decimal(meanSize)} on average; ${shares.join(', ')}</dd><dt>Sets of one class that are right</dt><dd>${estimateText(singleCorrect)}</dd></dl>`
  );
}

function unfamiliar(section: OutOfDistributionSection): string {
  const { applied, flagged, accuracy, from } = section;
  return (
    `<h3>Unfamiliar images</h3>${paragraph(`Images unlike those of validation are marked; the limits (${from === 'given' ? 'as the bundle brings them' : 'fitted on validation'}) mark ${percent(applied.falseAlarmRate)} of the validation images themselves.`)}` +
    `<dl><dt>Marked here</dt><dd>${estimateText(flagged)}</dd><dt>By</dt><dd>${safe(unlikeBy(section))}</dd><dt>Accuracy of those marked</dt><dd>${estimateText(accuracy.flagged)}</dd><dt>Accuracy of the others</dt><dd>${estimateText(accuracy.others)}</dd></dl>`
  );
}
