import { safe } from '../html.ts';
import { paragraph, reference, type Section, terms } from './section.ts';

export const reproducibility: Section = {
  id: 'reproducibility',
  title: 'Reproducibility',
  body: (report) => {
    const { file } = report;
    const { subject } = file;
    const facts = subject.facts.filter(([term]) => !['Input', 'Checkpoint'].includes(term));
    const ref = reference(report);
    const positive = file.positive === null ? '' : ` --positive ${word(file.positive.join(','))}`;
    const point = file.operatingPoint;
    const rule = point?.from === 'validation' ? ` --rule ${word(point.rule)}` : '';
    const commands = [
      ...(subject.training == null ? [] : [`osler reproduce ${subject.training.run.slice(0, 8)}`]),
      `osler evaluate ${word(ref)} ${subject.folder == null ? `--split ${file.split}` : '--data FOLDER'}${positive}${rule} --resamples ${file.intervals.resamples} --seed ${file.intervals.seed}`,
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

/** As a POSIX shell takes it for one word: names of classes have spaces. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
