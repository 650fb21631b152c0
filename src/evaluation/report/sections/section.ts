import { safe } from '../html.ts';
import type { Report } from '../record.ts';

/** One part of the page. An empty body leaves it out. */
export interface Section {
  /** Of its anchor. */
  id: string;
  title: string;
  body(report: Report): string;
}

/** A paragraph; the text is made safe. */
export function paragraph(text: string, kind = ''): string {
  return `<p${kind === '' ? '' : ` class="${kind}"`}>${safe(text)}</p>`;
}

/** Says that something was not measured, and what measures it. */
export function absent(text: string, command: string): string {
  return `<p class="absent">${safe(text)} This does it:</p><pre>${safe(command)}</pre>`;
}

/** Terms and what they are. */
export function terms(rows: readonly (readonly [string, string])[]): string {
  return `<dl>${rows.map(([term, text]) => `<dt>${safe(term)}</dt><dd>${safe(text)}</dd>`).join('')}</dl>`;
}

/** A table that may be wider than a telephone: it scrolls by itself. */
export function wide(table: string): string {
  return `<div class="scroll" tabindex="0">${table}</div>`;
}

/** What a command names the subject by. */
export function reference({ file }: Report): string {
  return file.subject.kind === 'run' ? file.subject.id.slice(0, 8) : file.subject.name;
}
