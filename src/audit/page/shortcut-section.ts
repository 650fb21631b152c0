import { decimal, percent, safe } from '../../evaluation/report/html.ts';
import type { Audit } from '../audit.ts';
import type { Guess, ShortcutExample, ShortcutFeature } from '../shortcut/result.ts';
import { figure, type Picture } from './pictures.ts';

/** Pictures shown of all classes together: one of each at least. */
const EXAMPLES = 12;

/** What gives the label away without anatomy: how well, by what, and pictures of it. */
export function shortcutSection({ shortcut }: Audit, pictures: ReadonlyMap<string, Picture>): string {
  if (shortcut === null) return '';
  const { families, classes, features, appearance, patient, test } = shortcut;
  const rows: [string, Guess][] = [
    ['All of what is not anatomy', shortcut],
    ...families.map(({ family, ...guess }): [string, Guess] => [`of it: ${family}`, guess]),
    ...(classes.length < 3
      ? []
      : classes.map(({ label, ...guess }): [string, Guess] => [`All of it: ${label} against the rest`, guess])),
    ['The picture as a whole: brightness, contrast, sharpness (may be the disease itself)', appearance],
    ...(patient === null ? [] : [[`The patient: ${patient.columns.join(', ')}`, patient] as [string, Guess]]),
  ];
  const body = rows.map(([name, guess]) => `<tr><td>${safe(name)}</td><td class="n">${guessText(guess)}</td></tr>`);
  const examples = shownExamples(shortcut.examples).map((example) => exampleSet(example, pictures));
  const some = shortcut.samples === shortcut.of ? '' : ` Measured on ${shortcut.samples} of ${shortcut.of} images.`;
  return `<div class="scroll" tabindex="0"><table class="plain"><thead><tr><th scope="col">The label is guessed from</th><th scope="col" class="n">AUROC (95% interval)</th></tr></thead><tbody>${body.join('')}</tbody></table></div>
${features.length === 0 ? '' : `<h3>What carries it</h3><div class="features">${features.map(featureBlock).join('')}</div>`}
${examples.length === 0 ? '' : `<h3>Images that give their class away</h3><div class="sets single">${examples.join('')}</div>`}
<p class="muted">Folds keep groups together. ${test.exceeded} of ${test.permutations} shuffles of the labels were guessed as well.${some}</p>`;
}

/** Ids of the pictures that the section shows. */
export function shortcutPictures({ shortcut }: Audit): string[] {
  return shownExamples(shortcut?.examples ?? []).map(({ id }) => id);
}

/** Class by class in turn, until the page has enough. */
function shownExamples(examples: readonly ShortcutExample[]): ShortcutExample[] {
  const byClass = [...Map.groupBy(examples, ({ label }) => label).values()];
  const rounds = Math.max(1, Math.floor(EXAMPLES / Math.max(1, byClass.length)));
  return byClass.flatMap((list) => list.slice(0, rounds));
}

function exampleSet({ id, probability, marks }: ShortcutExample, pictures: ReadonlyMap<string, Picture>): string {
  const words = marks.map(({ title, value }) => `${title} ${value}`).join('; ');
  return `<div class="set">${figure(id, pictures, `guessed with ${percent(probability)}: ${words}`)}</div>`;
}

function featureBlock({ title, byClass, remedy, ...guess }: ShortcutFeature): string {
  const typical = Object.entries(byClass).map(([label, words]) => `<span>${safe(label)} <b>${safe(words)}</b></span>`);
  return `<div><h4>${safe(title)} ${guessText(guess)}</h4><p class="typical">${typical.join(' ')}</p><p class="muted">${safe(remedy)}</p></div>`;
}

function guessText({ auroc, low, high, reason }: Guess): string {
  if (auroc === null) return `<span class="muted reason">${safe(reason ?? 'not estimable')}</span>`;
  const interval =
    low === null || high === null
      ? ` <small class="reason">${safe(reason ?? 'no interval')}</small>`
      : ` <small>${decimal(low)}–${decimal(high)}</small>`;
  return `<b>${decimal(auroc)}</b>${interval}`;
}
