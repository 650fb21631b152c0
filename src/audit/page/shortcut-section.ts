import { decimal, percent, safe } from '../../evaluation/report/html.ts';
import type { Audit } from '../audit.ts';
import type { Guess, ShortcutFeature } from '../shortcut/result.ts';
import { figure, type Picture } from './pictures.ts';

/** What gives the label away without anatomy: how well, by what, and pictures of it. */
export function shortcutSection({ shortcut }: Audit, pictures: ReadonlyMap<string, Picture>): string {
  if (shortcut === null) return '';
  const families = shortcut.families.map(
    ({ family, ...guess }) => `<tr><td>${safe(family)}</td><td class="n">${guessText(guess)}</td></tr>`,
  );
  const features = shortcut.features.map(
    (feature) =>
      `<tr><td>${safe(feature.title)}</td><td class="n">${guessText(feature)}${bestTold(feature)}</td><td>${Object.entries(
        feature.byClass,
      )
        .map(([label, words]) => `${safe(label)}: ${safe(words)}`)
        .join('<br>')}</td><td>${safe(feature.remedy)}</td></tr>`,
  );
  const examples = shortcut.examples.map(({ id, label, probability, marks }) => {
    const words = marks.map(({ title, value }) => `${title} ${value}`).join('; ');
    return `<div class="set"><h3>${safe(label)} <small>guessed with ${percent(probability)}</small></h3>${figure(id, pictures, words)}</div>`;
  });
  const others: [string, Guess][] = [
    ['All of them together', shortcut],
    ...(shortcut.classes.length < 3
      ? []
      : shortcut.classes.map(
          ({ label, ...guess }) => [`All of them together: ${label} against the rest`, guess] as [string, Guess],
        )),
    ['The picture as a whole (brightness, contrast, sharpness: may be the disease itself)', shortcut.appearance],
    ...(shortcut.patient === null
      ? []
      : ([[`The patient (${shortcut.patient.columns.join(', ')})`, shortcut.patient]] as [string, Guess][])),
  ];
  const whole = others.map(([name, guess]) => `<tr><td>${safe(name)}</td><td class="n">${guessText(guess)}</td></tr>`);
  return `${table(['How well the label is guessed from', 'AUROC (95% interval)'], [...whole, ...families])}
${features.length === 0 ? '' : `<h3>What carries it</h3><div class="scroll">${table(['Feature', 'AUROC', 'Typical', 'What helps'], features)}</div>`}
${examples.length === 0 ? '' : `<h3>Images that give their class away</h3><div class="sets">${examples.join('')}</div>`}
<p class="muted">Folds keep groups together. Permutation test: ${shortcut.test.exceeded} of ${shortcut.test.permutations} shuffles of the labels were guessed as well. ${shortcut.samples === shortcut.of ? '' : `Measured on ${shortcut.samples} of ${shortcut.of} images.`}</p>`;
}

function table(head: readonly string[], rows: readonly string[]): string {
  const cells = head.map((name, i) => `<th scope="col"${i === 1 ? ' class="n"' : ''}>${name}</th>`);
  return `<table class="plain"><thead><tr>${cells.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** Of more than two classes, the one that a feature tells best. */
function bestTold({ tells }: ShortcutFeature): string {
  return tells === null ? '' : `<br><small>${safe(tells.label)}: </small>${guessText(tells)}`;
}

function guessText({ auroc, low, high, reason }: Guess): string {
  if (auroc === null) return `<span class="muted">${safe(reason ?? 'not estimable')}</span>`;
  const interval = low === null || high === null ? '' : ` <small>${decimal(low)}–${decimal(high)}</small>`;
  return `<b>${decimal(auroc)}</b>${interval}`;
}
