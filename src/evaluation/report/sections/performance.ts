import { decisionFigure } from '../chart-decision.ts';
import { precisionRecallFigure, rocFigure } from '../charts.ts';
import { count, safe } from '../html.ts';
import { classTable, confusionTable, performanceTable, verdictTable } from '../tables.ts';
import { operatingWords, samplesWords } from '../words.ts';
import { paragraph, type Section } from './section.ts';

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
<h3>Curves</h3><div class="columns">${rocFigure(file)}${precisionRecallFigure(file)}${decisionFigure(file)}</div>
<h3>Confusion matrix</h3>${confusionTable(file)}
<p class="muted">${two ? 'Decided by the operating point.' : 'Decided for the most likely class.'} Shares are of the true class, so the diagonal is each class' recall.</p>
<h3>Each class against the rest</h3>${classTable(file)}`;
  },
};
