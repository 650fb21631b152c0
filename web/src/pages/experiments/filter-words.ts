import { metricWords } from '../../metric-words.ts';

/** What somebody typed as a filter of MLflow's grammar: words without a comparison look for names. */
export function filterOf(typed: string): string | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  if (/[<>=]|\s(LIKE|ILIKE|IN|IS)\s/i.test(text)) return text;
  // The grammar has no way to write both kinds of quotes in one text.
  return `attributes.run_name ILIKE '%${text.replaceAll("'", '_')}%'`;
}

/** The other way round, for the field. */
export function typedOf(filter: string | undefined): string {
  if (filter === undefined) return '';
  return /^attributes\.run_name ILIKE '%([^'%]*)%'$/.exec(filter)?.[1] ?? filter;
}

/** A metric, parameter or tag as the grammar takes its name. */
export function nameInFilter(column: string): string {
  const [, kind, name] = /^(metrics|params|tags)\.(.+)$/s.exec(column) ?? [];
  if (kind === undefined || name === undefined) return column;
  return /^[\w.]+$/.test(name) ? `${kind}.${name}` : `${kind}."${name}"`;
}

/** "Validation AUROC" for `metrics.val.auroc`. */
export const called = (name: string): string =>
  name.startsWith('metrics.') ? metricWords(name.slice('metrics.'.length)) : name;

/** Names that go on with the word that is being typed, put in its place. */
export function completions(typed: string, names: readonly string[]): string[] {
  const [, before = '', word = ''] = /^(.*?)((?:metrics|params|tags)\.[^\s]*|[A-Za-z]*)$/s.exec(typed) ?? [];
  if (word === '') return [];
  const low = word.toLowerCase();
  return names
    .filter((name) => name !== word && (name.toLowerCase().includes(low) || called(name).toLowerCase().includes(low)))
    .slice(0, 12)
    .map((name) => `${before}${nameInFilter(name)} `);
}
