import type { EvaluationFile } from '../../evaluation.ts';
import { decisionFigure } from '../chart-decision.ts';
import { precisionRecallFigure, rocFigure } from '../charts.ts';
import { classRuleWords } from '../decision-words.ts';
import { count, decimal, safe } from '../html.ts';
import { classTable, confusionTable, performanceTable, verdictTable } from '../tables.ts';
import { operatingWords, samplesWords } from '../words.ts';
import { paragraph, type Section, wide } from './section.ts';

export const performance: Section = {
  id: 'performance',
  title: 'Performance',
  body: ({ file }) => {
    const words = operatingWords(file)
      .map((text) => paragraph(text))
      .join('');
    const two = file.class_names.length === 2;
    return `${performanceTable(file)}
<p class="muted">95% intervals: ${safe(file.intervals.method)} (${samplesWords(file)}, ${count(file.intervals.resamples)} resamples, seed ${file.intervals.seed}).</p>
<h3>Operating point</h3><div class="columns"><div>${words}</div><div>${verdictTable(file)}</div></div>
${classDecision(file)}<h3>Curves</h3><div class="columns">${rocFigure(file)}${precisionRecallFigure(file)}${decisionFigure(file)}</div>
<h3>Confusion matrix</h3>${confusionTable(file)}
<p class="muted">${two ? 'Decided by the operating point.' : file.classRule === null ? 'Decided for the most likely class.' : 'Decided by the rule above.'} Shares are of the true class, so the diagonal is each class' recall.</p>
<h3>Each class against the rest</h3>${classTable(file)}`;
  },
};

/** The rule for several classes, and the exponents that it was chosen from. */
function classDecision(file: EvaluationFile): string {
  if (file.classRule === null) return '';
  const { applied, fit } = file.classRule;
  const rows = (fit?.candidates ?? []).map(
    ({ tau, balancedAccuracy, accuracy }) =>
      `<tr><th scope="row">${tau}${tau === applied.tau ? ' ✓' : ''}</th><td>${decimal(balancedAccuracy)}</td><td>${decimal(accuracy)}</td></tr>`,
  );
  const table =
    rows.length === 0
      ? ''
      : wide(
          `<table class="who"><thead><tr><th scope="col">Exponent</th><th scope="col">Balanced accuracy, cross-validated</th><th scope="col">Accuracy</th></tr></thead><tbody>${rows.join('')}</tbody></table>`,
        );
  return `<h3>Decision among the classes</h3>${classRuleWords(file)
    .map((text) => paragraph(text))
    .join('')}${table}`;
}
