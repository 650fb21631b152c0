import { trainingFacts } from '../record.ts';
import { paragraph, type Section, terms } from './section.ts';

export const model: Section = {
  id: 'model',
  title: 'Model',
  body: (report) => {
    const { subject } = report.file;
    const input = subject.facts.filter(([term]) => term === 'Input');
    const training = trainingFacts(report);
    const unknown =
      training.length === 0
        ? paragraph('How it was trained is not in this record: its run is not here.', 'absent')
        : '';
    return terms([['Architecture', subject.model], ...input, ...training]) + unknown;
  },
};
