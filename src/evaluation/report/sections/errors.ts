import type { ErrorCase, ErrorCases } from '../../error-cases.ts';
import { count, percent, plural, safe } from '../html.ts';
import { paragraph, type Section } from './section.ts';

export const errors: Section = {
  id: 'errors',
  title: 'Errors',
  body: ({ parts: { errors: cases }, file }) => {
    if (cases === null) return paragraph('The samples were not kept with this report.', 'absent');
    const point = file.operatingPoint;
    const sure =
      file.class_names.length === 2 && point !== null
        ? 'how far the probability is from the threshold'
        : 'how far the likeliest class is ahead of the next';
    return (
      paragraph(
        `${plural(cases.wrong, 'sample')} of ${count(cases.samples)} ${cases.wrong === 1 ? 'was' : 'were'} decided wrongly${share(cases)}. How sure an answer is: ${sure}.`,
      ) +
      grid('The surest errors', cases.confident, 'None: every sample was decided rightly.') +
      grid('The closest calls, right or wrong', cases.uncertain, 'None.')
    );
  },
};

function share({ wrong, samples }: ErrorCases): string {
  return samples === 0 ? '' : ` (${percent(wrong / samples)})`;
}

function grid(title: string, cases: readonly ErrorCase[], none: string): string {
  if (cases.length === 0) return `<h3>${title}</h3>${paragraph(none, 'muted')}`;
  return `<h3>${title}</h3><ul class="pictures">${cases.map(card).join('')}</ul>`;
}

function card({ id, label, decided, probability, truth, image }: ErrorCase): string {
  const right = label === decided;
  const picture =
    image === null ? '<span class="gone">no picture</span>' : `<img src="${safe(image)}" alt="${safe(label)}">`;
  const words = right
    ? `<b class="good">${safe(label)}</b><small>rightly, at ${percent(probability)}</small>`
    : `<b class="bad">${safe(decided)} <small>${percent(probability)}</small></b><small>is ${safe(label)} (${percent(truth)})</small>`;
  return `<li>${picture}${words}<small class="id">${safe(id)}</small></li>`;
}
