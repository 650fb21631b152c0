import type { EvaluationFile, MetricName } from '../evaluation.ts';
import { calibrationFigure, precisionRecallFigure, rocFigure } from './charts.ts';
import { count, decimal, either, plural, safe } from './html.ts';
import { STYLE } from './style.ts';
import { classTable, confusionTable, countsTable, performanceTable, verdictTable } from './tables.ts';
import { operatingWords, samplesWords, temperatureWords } from './words.ts';

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

/** The report: one page that needs nothing else, neither script nor network. */
export function reportPage(file: EvaluationFile): string {
  const { subject } = file;
  const title = `${subject.name} on ${file.split}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${safe(title)} · Osler evaluation</title><style>${STYLE}</style></head><body><main>
${head(file)}
${task(file)}
<section><h2>Performance</h2>${performanceTable(file)}
<p class="muted">95% intervals: ${safe(file.intervals.method)} (${samplesWords(file)}, ${count(file.intervals.resamples)} resamples, seed ${file.intervals.seed}).</p></section>
<section><h2>Operating point</h2><div class="columns"><div>${operatingWords(file)
    .map((words) => `<p>${safe(words)}</p>`)
    .join('')}</div><div>${verdictTable(file)}</div></div></section>
<section><h2>Curves</h2><div class="columns">${rocFigure(file)}${precisionRecallFigure(file)}</div></section>
${calibration(file)}
<section><h2>Confusion matrix</h2>${confusionTable(file)}
<p class="muted">${file.class_names.length === 2 ? 'Decided by the operating point.' : 'Decided for the most likely class.'} Shares are of the true class, so the diagonal is each class' recall.</p></section>
<section><h2>Each class against the rest</h2>${classTable(file)}</section>
${notes(file)}
<footer>Osler · ${subject.kind} ${safe(subject.id)} · the numbers are in evaluation.json, every sample's answer in predictions.csv. Not a medical device; for research.</footer>
</main></body></html>
`;
}

function head(file: EvaluationFile): string {
  const { subject } = file;
  const two = file.positive !== null && (file.class_names.length === 2 || file.operatingPoint !== null);
  const stats = HEADLINES[two ? 'binary' : 'classes'].map(([name, label]) => {
    const { value, low, high, reason } = file.metrics[name];
    const interval =
      low === null || high === null
        ? safe(reason ?? '')
        : `<i>95% interval</i> <i>${decimal(low)}–${decimal(high)}</i>`;
    return `<div class="stat"><span>${label}</span><b>${value === null ? '–' : decimal(value)}</b><small>${interval}</small></div>`;
  });
  const leaky = subject.stamps.some((stamp) => stamp.startsWith('leaky'));
  const stamps = subject.stamps.map((stamp) => `<span class="stamp">⚠ ${safe(stamp)}</span>`).join('');
  return `<header><p class="kicker">Evaluation</p><h1>${safe(subject.name)}</h1>
<p class="muted">${safe(subject.model)} on ${samplesWords(file)}, ${safe(file.split)} split${
    subject.dataset === null ? '' : ` of ${safe(subject.dataset.name)} version ${subject.dataset.version}`
  }</p>${stamps === '' ? '' : `<p>${stamps}${leaky ? 'Groups or copies of images lie on both sides of the dataset’s split: these numbers may be too good.' : ''}</p>`}<div class="stats">${stats.join('')}</div></header>`;
}

function task(file: EvaluationFile): string {
  const { subject, class_names } = file;
  const question = file.positive === null ? '' : `; positive: ${either(file.positive)}`;
  const facts: [string, string][] = [
    ['Task', `tell ${class_names.length} classes apart: ${class_names.join(', ')}${question}`],
    ['Model', subject.model],
    [subject.kind === 'run' ? 'Run' : 'Bundle', subject.id],
    ...(subject.dataset === null
      ? []
      : ([
          [
            'Dataset',
            `${subject.dataset.name} version ${subject.dataset.version}, ${subject.dataset.digest.slice(0, 12)}`,
          ],
          ...(subject.dataset.unreadable > 0
            ? [['Left out', `${plural(subject.dataset.unreadable, 'unreadable file')}`]]
            : []),
        ] as [string, string][])),
    ...subject.facts,
  ];
  const list = facts.map(([term, text]) => `<dt>${safe(term)}</dt><dd>${safe(text)}</dd>`).join('');
  const counts = subject.dataset === null ? '' : countsTable(subject.dataset.splits, class_names);
  return `<section><h2>Task and data</h2><div class="columns"><dl>${list}</dl><div>${counts}</div></div></section>`;
}

function calibration(file: EvaluationFile): string {
  const { positive, confidence } = file.calibration;
  const figures = [
    ...(positive === null
      ? []
      : [
          calibrationFigure(
            `Is it ${either(file.positive!)} as often as it says?`,
            'observed share',
            positive,
            'Bars: samples in each bin. Lines: 95% interval of the observed share (Wilson).',
          ),
        ]),
    calibrationFigure(
      'Is the likeliest class right as often as it says?',
      'share that was right',
      confidence,
      'On the diagonal a probability means what it says; below it the model is too sure.',
    ),
  ];
  return `<section><h2>Calibration</h2><p>${safe(temperatureWords(file))}</p><div class="columns">${figures.join('')}</div></section>`;
}

function notes(file: EvaluationFile): string {
  if (file.notes.length === 0) return '';
  return `<section><h2>To read these numbers rightly</h2><ul class="notes">${file.notes.map((note) => `<li>${safe(note)}</li>`).join('')}</ul></section>`;
}
