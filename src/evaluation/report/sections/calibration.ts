import { calibrationFigure } from '../charts.ts';
import { calibrationWords } from '../decision-words.ts';
import { either, safe } from '../html.ts';
import type { Section } from './section.ts';

const BARS = 'Bars: samples in each bin. Lines: 95% interval of the observed share (Wilson).';

export const calibration: Section = {
  id: 'calibration',
  title: 'Calibration',
  body: ({ file }) => {
    const { positive, confidence } = file.calibration;
    const figures = [
      ...(positive === null
        ? []
        : [
            calibrationFigure(`Is it ${either(file.positive!)} as often as it says?`, 'observed share', positive, BARS),
          ]),
      calibrationFigure(
        'Is the likeliest class right as often as it says?',
        'share that was right',
        confidence,
        `On the diagonal a probability means what it says; below it the model is too sure. ${BARS}`,
      ),
    ];
    return `<p>${safe(calibrationWords(file))}</p><div class="columns">${figures.join('')}</div>`;
  },
};
