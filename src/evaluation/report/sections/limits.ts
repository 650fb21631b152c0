import { safe } from '../html.ts';
import { limitsOf } from '../limits.ts';
import { paragraph, type Section } from './section.ts';

export const limits: Section = {
  id: 'limits',
  title: 'Limits',
  body: (report) => {
    const said = report.file.subject.about?.limitations;
    const list = limitsOf(report)
      .map((text) => `<li>${safe(text)}</li>`)
      .join('');
    return `${said === undefined ? '' : paragraph(said)}<ul class="notes">${list}</ul>${paragraph('Not a medical device; for research.')}`;
  },
};
