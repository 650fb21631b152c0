import { stampWords } from '../../../store/leak-stamp.ts';
import { metricLabel } from '../../metrics/words.ts';
import { count, decimal, percent, plural, safe } from '../../report/html.ts';
import { STYLE } from '../../report/style.ts';
import type { Comparison, Pair, Parting } from '../comparison.ts';
import { direction } from '../direction.ts';
import { differenceBar, reach, rocOverlay } from './figures.ts';
import { COMPARISON_STYLE } from './style.ts';
import { agreementTable, classesTable, modelTable, pairTable } from './tables.ts';

const KINDS: Record<Pair['verdict']['kind'], string> = {
  better: 'better',
  worse: 'worse',
  equivalent: 'equal within the margin',
  notWorse: 'not worse by more than the margin',
  worseByMore: 'worse by more than the margin',
  undecided: 'not told apart',
  identical: 'the same answers',
  notEstimable: 'not estimable',
};

/** The comparison on one page that needs nothing else. `pictures`: data URLs by sample id. */
export function comparisonPage(comparison: Comparison, pictures: ReadonlyMap<string, string>): string {
  const { models, on, samples, groups } = comparison;
  const title = models.map(({ name }) => name).join(' · ');
  const size =
    groups === samples ? plural(samples, 'sample') : `${plural(samples, 'sample')} of ${plural(groups, 'group')}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${safe(title)} · Osler comparison</title><style>${STYLE}${COMPARISON_STYLE}</style></head><body><main>
<header><p class="kicker">Comparison</p><h1>${models.map(({ letter, name }) => `<span class="letter">${letter}</span> ${safe(name)}`).join(' <i>against</i> ')}</h1>
<p class="muted">${size}, ${safe(on)}</p>
<p class="verdict">${safe(comparison.verdict)}</p>${tiles(comparison)}</header>
${verdicts(comparison)}
${samplesSection(comparison)}
<section><h2>Side by side</h2>${modelTable(comparison)}</section>
${comparison.pairs.map((pair) => pairSection(pair, comparison, pictures)).join('\n')}
${method(comparison)}
<footer>Osler · ${safe(comparison.createdAt.slice(0, 10))} · the numbers are in comparison.json, every model's answer to every sample in answers.csv. Not a medical device; for research.</footer>
</main></body></html>
`;
}

function tiles({ models, metric }: Comparison): string {
  const tile = models.map(({ letter, name, model, metrics, stamps, leaks, dataset, operatingPoint }) => {
    const { value, low, high, reason } = metrics[metric] ?? { value: null, low: null, high: null };
    const interval =
      low === null || high === null
        ? safe(reason ?? '')
        : `<i>95% interval</i> <i>${decimal(low)}–${decimal(high)}</i>`;
    const facts = [
      model,
      dataset,
      operatingPoint && `threshold ${decimal(operatingPoint.threshold)} by ${operatingPoint.rule}`,
    ];
    const stamp = stampWords(stamps, leaks)
      .map((text) => `<span class="stamp">⚠ ${safe(text)}</span>`)
      .join('');
    return `<div class="stat"><span><span class="letter">${letter}</span> ${safe(name)}</span><b>${value === null ? '–' : decimal(value)}</b><small>${metricLabel(metric)} ${interval}</small><small>${facts
      .filter(Boolean)
      .map((fact) => safe(fact!))
      .join(' · ')}</small>${stamp}</div>`;
  });
  return `<div class="stats">${tile.join('')}</div>`;
}

/** Each pair's deciding difference, in one plot and in words. */
function verdicts({ pairs, metric, margin, alpha }: Comparison): string {
  const deciding = pairs.map((pair) => pair.differences[metric]!);
  const scale = reach(deciding, margin);
  const rows = pairs.map((pair, i) => {
    const limit = margin === null ? null : -margin * (direction(metric) || 1);
    const power = pair.power === null ? '' : `<p class="muted">${safe(pair.power.words)}</p>`;
    return `<div class="pair"><p class="who"><span class="letter">${pair.first}</span> <span class="letter">${pair.second}</span> <b class="kind ${pair.verdict.kind}">${KINDS[pair.verdict.kind]}</b></p>${differenceBar(deciding[i]!, scale, limit)}${pairs.length > 1 ? `<p>${safe(pair.verdict.words)}</p>` : ''}${power}</div>`;
  });
  const many = pairs.length > 1 ? `; Holm's correction for ${pairs.length} pairs` : '';
  const line = margin === null ? '' : ` Dashed: ${decimal(margin)} worse, the margin.`;
  return `<section><h2>Verdict by ${metricLabel(metric)}</h2><p class="muted">Difference: the second model's value less the first's, with its 95% interval; the line in the middle is no difference.${line} Level ${percent(alpha)}${many}.</p>${rows.join('')}</section>`;
}

function samplesSection({ leftOut, notes }: Comparison): string {
  if (leftOut.length === 0 && notes.length === 0) return '';
  const left = leftOut.map(({ reason, count: n, examples }) => {
    const such = examples.length === 0 ? '' : `: ${examples.map(safe).join(', ')}${n > examples.length ? ', …' : ''}`;
    return `<li><b>${count(n)}</b> left out, ${safe(reason)}${such}</li>`;
  });
  return `<section><h2>To read these numbers rightly</h2><ul class="notes">${notes.map((note) => `<li>${safe(note)}</li>`).join('')}${left.join('')}</ul></section>`;
}

function pairSection(pair: Pair, comparison: Comparison, pictures: ReadonlyMap<string, string>): string {
  const name = (letter: string) => safe(comparison.models.find((model) => model.letter === letter)!.name);
  const classes =
    comparison.class_names.length > 2 ? `<h3>Each class against the rest</h3>${classesTable(pair, comparison)}` : '';
  const roc = comparison.pairs[0] === pair ? rocOverlay(comparison) : '';
  return `<section><h2><span class="letter">${pair.first}</span> ${name(pair.first)} and <span class="letter">${pair.second}</span> ${name(pair.second)}</h2>
${pairTable(pair, comparison)}
<div class="columns"><div><h3>Who has it right</h3>${agreementTable(pair)}<p class="muted">They decide alike for ${count(pair.agreement.same)} of ${count(comparison.samples)} samples. Right is a decision for the true class; of positives and negatives, a right verdict.</p></div>${roc}</div>
${classes}${partings(pair, comparison, pictures)}</section>`;
}

/** The samples on which the two part, those first whose answers lie furthest apart. */
function partings(pair: Pair, comparison: Comparison, pictures: ReadonlyMap<string, string>): string {
  const both = comparison.partings[`${pair.first} ${pair.second}`];
  if (both === undefined) return '';
  const grid = (list: readonly Parting[], winner: string, total: number) =>
    list.length === 0
      ? ''
      : `<h3>Only ${winner} is right <small>${list.length < total ? `${list.length} of ${count(total)}, those furthest apart first` : count(total)}</small></h3><ul class="partings">${list.map((one) => card(one, pair, pictures)).join('')}</ul>`;
  return grid(both.first, pair.first, pair.agreement.first) + grid(both.second, pair.second, pair.agreement.second);
}

function card({ id, label, answers }: Parting, pair: Pair, pictures: ReadonlyMap<string, string>): string {
  const picture = pictures.get(id);
  const image = picture === undefined ? '' : `<img src="${safe(picture)}" alt="">`;
  const said = [pair.first, pair.second].map((letter) => {
    const answer = answers[letter]!;
    const right = answer.label === label;
    return `<span class="${right ? 'good' : 'bad'}"><b>${letter}</b> ${right ? '✓' : '✗'} ${safe(answer.label)} ${percent(answer.probability)}</span>`;
  });
  return `<li>${image}<span class="truth">${safe(label)}</span>${said.join('')}<small>${safe(id)}</small></li>`;
}

function method({ intervals, groups, samples, pairs }: Comparison): string {
  const grouped = groups < samples;
  const lines = [
    grouped
      ? `${count(samples)} samples belong to ${count(groups)} groups (patients, lesions): every test takes a group for one witness, not each of its samples.`
      : 'Every sample is its own group, so that samples count as independent.',
    `AUROC: DeLong's covariance of two areas on the same samples (1988)${grouped ? ", in Obuchowski's form for groups (1997)" : ''}.`,
    `Right answers, sensitivity, specificity: McNemar's exact test${grouped ? ', with the signs of whole groups exchanged instead of single samples' : "; intervals are Tango's (1998)"}.`,
    `Everything else: paired bootstrap, ${count(intervals.resamples)} resamples of ${grouped ? 'groups' : 'samples'}, the same for all models (seed ${intervals.seed}); bias-corrected intervals, p by their inversion.`,
    `The verdict goes by one metric that was named beforehand${pairs.length > 1 ? ", its p-values corrected by Holm's method for all pairs" : ''}. p-values of the other rows are not corrected for being many: read them as hints.`,
    'Each model decides by its own operating point and calibration, fitted on its own validation samples.',
  ];
  return `<section><h2>How it was compared</h2><ul class="notes">${lines.map((text) => `<li>${safe(text)}</li>`).join('')}</ul></section>`;
}
