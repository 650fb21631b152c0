import type { Report } from '../record.ts';
import type { Fact } from './facts.ts';
import { STATEMENTS, type Statement } from './statements.ts';

/** One question of a checklist, in our own short words, and who can answer it. */
export interface Item {
  /** As the publication numbers it. */
  number: string;
  part: string;
  topic: string;
  record?: Fact;
  say?: Statement;
  /** The command that makes the record able to answer. */
  next?: string;
}

export interface Checklist {
  name: string;
  citation: string;
  items: readonly Item[];
}

export interface Answer {
  number: string;
  part: string;
  topic: string;
  status: 'filled' | 'partly' | 'open';
  text: string[];
  /** What is still to be said or done. */
  open: { say: Statement | null; next: string | null };
}

/** Answers an item from the record and from what a person said; where both are asked for, one alone is half an answer. */
export function answer(item: Item, report: Report): Answer {
  const fact = item.record?.(report) ?? null;
  const said = (item.say === undefined ? undefined : report.file.subject.about?.[item.say]) ?? null;
  const missing = [item.record !== undefined && fact === null, item.say !== undefined && said === null];
  const asked = Number(item.record !== undefined) + Number(item.say !== undefined);
  const open = missing.filter(Boolean).length;
  return {
    number: item.number,
    part: item.part,
    topic: item.topic,
    status: open === 0 ? 'filled' : open === asked ? 'open' : 'partly',
    text: [fact, said].filter((text) => text !== null),
    open: { say: missing[1] ? item.say! : null, next: missing[0] ? (item.next ?? null) : null },
  };
}

export function fill({ items }: Checklist, report: Report): Answer[] {
  return items.map((item) => answer(item, report));
}

/** Everything that a person still has to say, each once, in the order of STATEMENTS. */
export function openStatements(answers: readonly Answer[]): Statement[] {
  const open = new Set(answers.map(({ open: { say } }) => say));
  return (Object.keys(STATEMENTS) as Statement[]).filter((key) => open.has(key));
}
