import type { Dataset } from '../../data/sample.ts';
import { count, percent, plural, safe } from '../../evaluation/report/html.ts';
import { figure, type Picture, takePictures } from '../page/pictures.ts';
import { AUDIT_STYLE } from '../page/style.ts';
import type { Suspect, Suspects } from './suspects.ts';
import { estimable, judgedWords, takenFor } from './words.ts';

/** Pictures on the page at most: all suspects are in suspects.json. */
const MOST = 240;
/** Cells of the table of label pairs. */
const PAIRS = 20;

/** The suspects as one page that needs nothing else: the surest first, each with its picture, label and what it is taken for. */
export async function suspectsPage(result: Suspects, dataset: Dataset, signal?: AbortSignal): Promise<string> {
  const { dataset: of, suspects, source } = result;
  const shown = suspects.slice(0, MOST);
  const pictures = await takePictures(
    dataset,
    shown.map(({ id }) => id),
    signal,
  );
  const title = `${of.name}@${of.version}`;
  const judged = Object.values(result.judged).reduce((a, b) => a + b, 0);
  const stats: [string, string][] = [
    ['Labels judged', count(judged)],
    ['Suspects', count(suspects.length)],
    ['Wrong, estimated', estimable(result) ? percent(result.estimated.share) : '–'],
    ['Not judged', count(result.notJudged)],
  ];
  const boxes = stats.map(([term, value]) => `<div class="stat"><span>${term}</span><b>${value}</b></div>`).join('');
  const more =
    suspects.length > shown.length
      ? `<p class="more">${count(shown.length)} of ${count(suspects.length)}; all are in suspects.json and suspects.csv.</p>`
      : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${safe(title)} · Osler label suspects</title><style>${AUDIT_STYLE}
.suspects{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(160px,44%),1fr));gap:14px}
.options{white-space:nowrap;font-weight:inherit;font-family:ui-monospace,monospace;font-size:.92em}
.suspects .set{display:block}.suspects .set figure{max-width:none}</style></head><body><main>
<header><p class="kicker">Labels that may be wrong</p><h1>${safe(of.name)} version ${of.version}</h1>
<p class="muted">${safe(judgedWords(result))}</p><div class="stats">${boxes}</div></header>
<section><h2>What this is</h2><p>Each picture was shown to a network that had not learned from it. Where the network is surer of another class than it
usually is of that class' own pictures, the label is a suspect (confident learning, Northcutt et al. 2021). A suspect is a question to a person,
not an error: hard and rare cases are among them.</p>
<p class="muted">Training uses the labels as they are. To change some: correct them in labels.csv, which has every image with its columns, and
import the source again with <b class="options">--metadata labels.csv</b> <b class="options">--id id</b> <b class="options">--label label</b>. What no longer belongs in the data at all: remove its row.</p>
${result.notes.map((note) => `<p><b>Mind:</b> ${safe(note)}</p>`).join('')}</section>
${pairsTable(result)}
<section><h2>Suspects, the surest first</h2>${shown.length === 0 ? '<p>None.</p>' : `<div class="suspects">${shown.map((s) => card(s, pictures)).join('')}</div>`}${more}</section>
<footer>Osler · ${safe(source.kind === 'run' ? 'run' : source.kind)} ${safe(source.id.slice(0, 12))} on ${safe(title)}, ${safe(of.digest.slice(0, 12))}, ${safe(result.createdAt.slice(0, 16).replace('T', ' '))} UTC</footer>
</main></body></html>
`;
}

function card(suspect: Suspect, pictures: ReadonlyMap<string, Picture>): string {
  const { id, suggested, probability, suggestedProbability } = suspect;
  const remark = `taken for ${suggested} (${percent(suggestedProbability)}; label ${percent(probability)})`;
  return `<div class="set">${figure(id, pictures, remark)}</div>`;
}

/** Which labels are taken for which classes, the most frequent first. */
function pairsTable(result: Suspects): string {
  const pairs = takenFor(result).slice(0, PAIRS);
  if (pairs.length === 0) return '';
  const rows = pairs.map(
    ({ label, suggested, suspects, of }) =>
      `<tr><td>${safe(label)}</td><td>${safe(suggested)}</td><td class="n">${count(suspects)}</td><td class="n">${percent(suspects / of)}</td></tr>`,
  );
  return `<section><h2>Which labels</h2><p>${plural(pairs.length, 'pair')} of classes. The share is of all judged pictures with that label.</p>
<div class="scroll" tabindex="0"><table class="plain"><thead><tr><th>label</th><th>taken for</th><th class="n">suspects</th><th class="n">share</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}
