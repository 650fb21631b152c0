import { leakWords } from '../../store/leak-stamp.ts';
import type { EvaluationFile, MetricName } from '../evaluation.ts';
import { decimal, range, safe } from './html.ts';
import { NO_PARTS, type Parts } from './parts.ts';
import type { Report } from './record.ts';
import { calibration } from './sections/calibration.ts';
import { checklist } from './sections/checklist.ts';
import { data } from './sections/data.ts';
import { decisions } from './sections/decisions.ts';
import { errors } from './sections/errors.ts';
import { explanations } from './sections/explanations.ts';
import { exposure } from './sections/exposure.ts';
import { limits } from './sections/limits.ts';
import { model } from './sections/model.ts';
import { performance } from './sections/performance.ts';
import { repeats } from './sections/repeats.ts';
import { reproducibility } from './sections/reproducibility.ts';
import { robustness } from './sections/robustness.ts';
import type { Section } from './sections/section.ts';
import { split } from './sections/split.ts';
import { subgroups } from './sections/subgroups.ts';
import { task } from './sections/task.ts';
import { STYLE } from './style.ts';
import { samplesWords } from './words.ts';

/** In the order in which a reviewer reads. */
const SECTIONS: readonly Section[] = [
  task,
  data,
  split,
  model,
  performance,
  exposure,
  repeats,
  calibration,
  decisions,
  subgroups,
  robustness,
  errors,
  explanations,
  limits,
  reproducibility,
  checklist,
];

const HEADLINES: Record<'binary' | 'classes', [MetricName, string][]> = {
  binary: [
    ['auroc', 'AUROC'],
    ['sensitivity', 'Sensitivity'],
    ['specificity', 'Specificity'],
    ['balancedAccuracy', 'Balanced accuracy'],
  ],
  classes: [
    ['macroAuroc', 'AUROC, mean over classes'],
    ['balancedAccuracy', 'Balanced accuracy'],
    ['macroF1', 'F1, mean over classes'],
    ['accuracy', 'Accuracy'],
  ],
};

/** The report: one page that needs nothing else, neither script nor network. Pictures lie in it as data. */
export function reportPage(file: EvaluationFile, parts: Parts = NO_PARTS): string {
  const report: Report = { file, parts };
  const { subject } = file;
  const title = `${subject.name} on ${file.split}`;
  const bodies = SECTIONS.map((section) => ({ ...section, html: section.body(report) })).filter(
    ({ html }) => html !== '',
  );
  const contents = bodies.map(({ id, title: name }) => `<li><a href="#${id}">${safe(name)}</a></li>`).join('');
  const sections = bodies.map(
    ({ id, title: name, html }, i) =>
      `<section id="${id}"><h2><span class="number">${i + 1}</span>${safe(name)}</h2>${html}</section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${safe(title)} · Osler evaluation</title><style>${STYLE}</style></head><body><main>
${head(file)}
<nav aria-label="Contents"><ol>${contents}</ol></nav>
${sections.join('\n')}
<footer>Osler · ${subject.kind} ${safe(subject.id)} · the numbers are in evaluation.json, every sample's answer in predictions.csv. Not a medical device; for research.</footer>
</main></body></html>
`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function head(file: EvaluationFile): string {
  const { subject } = file;
  const two = file.positive !== null && (file.class_names.length === 2 || file.operatingPoint !== null);
  const stats = HEADLINES[two ? 'binary' : 'classes'].map(([name, label]) => {
    const { value, low, high, reason } = file.metrics[name];
    const interval =
      low === null || high === null ? safe(reason ?? '') : `<i>95% interval</i> <i>${range(low, high)}</i>`;
    return `<div class="stat"><span>${label}</span><b>${value === null ? '–' : decimal(value)}</b><small>${interval}</small></div>`;
  });
  const leaky = subject.stamps.some((stamp) => stamp.startsWith('leaky'));
  const leaks = subject.leaks ?? subject.dataset?.flow?.leaks ?? null;
  const stamps = subject.stamps.map((stamp) => `<span class="stamp">⚠ ${safe(stamp)}</span>`).join('');
  const of =
    subject.folder != null
      ? safe(subject.folder.name)
      : `${safe(file.split)} split${subject.dataset === null ? '' : ` of ${safe(subject.dataset.name)} version ${subject.dataset.version}`}`;
  return `<header><p class="kicker">Evaluation</p><h1>${safe(subject.name)}</h1>
<p class="muted">${safe(subject.model)} on ${samplesWords(file)}, ${of}</p>${stamps === '' ? '' : `<p>${stamps}${leaky ? `${safe(leaks === null ? 'Groups or copies of images on both sides of the split' : upperFirst(leakWords(leaks)))}: these numbers may be too good.` : ''}</p>`}<div class="stats">${stats.join('')}</div></header>`;
}
