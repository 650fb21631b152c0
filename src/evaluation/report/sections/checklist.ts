import { CLAIM } from '../checklist/claim.ts';
import { type Answer, type Checklist, fill, openStatements } from '../checklist/fill.ts';
import { STATEMENTS } from '../checklist/statements.ts';
import { TRIPOD } from '../checklist/tripod.ts';
import { count, safe } from '../html.ts';
import type { Report } from '../record.ts';
import { paragraph, type Section, wide } from './section.ts';

const STATUS = { filled: 'filled', partly: 'in part', open: 'open' };

/** Both lists, answered. */
export function checklists(report: Report): { list: Checklist; answers: Answer[] }[] {
  return [CLAIM, TRIPOD].map((list) => ({ list, answers: fill(list, report) }));
}

/** "CLAIM 2024: 24 of 44 items filled, 6 in part, 14 open" */
export function tally(list: Checklist, answers: readonly Answer[]): string {
  const of = (status: Answer['status']): number => answers.filter((a) => a.status === status).length;
  return `${list.name}: ${of('filled')} of ${answers.length} items filled, ${of('partly')} in part, ${of('open')} open`;
}

export const checklist: Section = {
  id: 'checklist',
  title: 'Checklists',
  body: (report) => {
    const lists = checklists(report);
    const open = openStatements(lists.flatMap(({ answers }) => answers));
    const ask =
      open.length === 0
        ? ''
        : `<h3>Still to be said</h3>${paragraph(`${count(open.length)} statements that no record can make. A YAML file with these keys answers both lists: osler evaluate ... --about FILE`)}<dl class="asked">${open.map((key) => `<dt><code>${key}</code></dt><dd>${safe(STATEMENTS[key])}</dd>`).join('')}</dl>`;
    return (
      paragraph(
        'Filled from the record. The item numbers are those of the publications, the topics are in our words; the publications say what each item asks.',
        'muted',
      ) +
      `<ul class="tally">${lists.map(({ list, answers }) => `<li>${safe(tally(list, answers))}</li>`).join('')}</ul>` +
      ask +
      lists.map(({ list, answers }) => table(list, answers)).join('')
    );
  },
};

function table(list: Checklist, answers: readonly Answer[]): string {
  const rows = answers.map(({ number, topic, status, text, open }) => {
    const missing = [
      ...(open.say === null ? [] : [`to be said: <code>${open.say}</code>`]),
      ...(open.next === null ? [] : [`to be measured: <code>${safe(open.next)}</code>`]),
    ].join('; ');
    const words = [...text.map(safe), ...(missing === '' && status !== 'filled' ? ['not in the record'] : [])].join(
      ' ',
    );
    return `<tr><td>${number}</td><th scope="row">${safe(topic)}</th><td class="${status}">${STATUS[status]}</td><td>${words}${missing === '' ? '' : ` <span class="todo">${missing}</span>`}</td></tr>`;
  });
  return `<h3>${safe(list.name)}</h3>${paragraph(list.citation, 'muted')}${wide(`<table class="checklist"><thead><tr><th scope="col">Item</th><th scope="col">Topic</th><th scope="col">Status</th><th scope="col">Answer</th></tr></thead><tbody>${rows.join('')}</tbody></table>`)}`;
}
