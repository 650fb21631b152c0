import { STATEMENTS, type Statement } from '../checklist/statements.ts';
import { either, safe } from '../html.ts';
import { paragraph, type Section, terms } from './section.ts';

/** What a reader asks first of the study, in this order, where somebody said it. */
const SAID: Statement[] = ['intendedUse', 'objectives', 'design', 'background', 'referenceStandard'];

export const task: Section = {
  id: 'task',
  title: 'Task',
  body: ({ file }) => {
    const { subject, class_names, positive } = file;
    const about = subject.about ?? {};
    const question =
      positive === null
        ? 'no class is named as positive'
        : `positive: ${either(positive)}${positive.length > 1 ? ' (their probabilities are summed)' : ''}`;
    const said = SAID.filter((key) => about[key] !== undefined).map((key) => [STATEMENTS[key], about[key]!] as const);
    const open =
      about.intendedUse === undefined ? paragraph('The intended use was not stated: see the checklist.', 'absent') : '';
    return (
      terms([
        ['Question', `which of ${class_names.length} classes an image shows: ${class_names.join(', ')}; ${question}`],
        ['Answer', `a calibrated probability for each class${file.operatingPoint === null ? '' : ', and a verdict'}`],
        [subject.kind === 'run' ? 'Run' : 'Bundle', subject.id],
        ...(subject.dataset === null
          ? []
          : [
              [
                'Dataset',
                `${subject.dataset.name} version ${subject.dataset.version}, ${subject.dataset.digest.slice(0, 12)}`,
              ] as const,
            ]),
      ]) +
      said.map(([title, text]) => `<h3>${safe(title)}</h3>${paragraph(text)}`).join('') +
      open
    );
  },
};
