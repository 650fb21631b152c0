import { againCommand } from '../again.ts';
import { safe } from '../html.ts';
import { paragraph, type Section, terms } from './section.ts';

export const reproducibility: Section = {
  id: 'reproducibility',
  title: 'Reproducibility',
  body: (report) => {
    const { file } = report;
    const { subject } = file;
    const facts = subject.facts.filter(([term]) => !['Input', 'Checkpoint'].includes(term));
    const commands = [
      ...(subject.training == null ? [] : [`osler reproduce ${subject.training.run.slice(0, 8)}`]),
      againCommand(report),
    ];
    return (
      terms([
        ...facts,
        ...(subject.dataset === null
          ? []
          : [
              ['Data', `${subject.dataset.name}@${subject.dataset.version}, sha256 ${subject.dataset.digest}`] as const,
            ]),
        ['Numbers', 'all of this page in evaluation.json; the answer to every sample in predictions.csv'],
      ]) +
      paragraph('The same seed on the same machine gives the same weights, bit for bit:') +
      `<pre>${safe(commands.join('\n'))}</pre>`
    );
  },
};
