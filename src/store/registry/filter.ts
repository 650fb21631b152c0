import { OslerError } from '../../errors.ts';

/** One condition of a filter: `name LIKE 'skin%'`, `tags.stage = 'x'`, `version_number > 3`. */
export interface Condition {
  kind: 'attribute' | 'tag';
  key: string;
  comparator: Comparator;
  value: string | number | string[];
}
export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'ILIKE' | 'IN' | 'NOT IN';

/** What may be filtered by, as MLflow has it. */
export interface Grammar {
  text: readonly string[];
  numbers: readonly string[];
  lists: readonly string[];
}

const TOKEN =
  /\s*(?:(?<string>'(?:[^']|'')*'|"(?:[^"]|"")*")|(?<op><=|>=|!=|=|<|>)|(?<number>-?\d+(?:\.\d+)?)(?![\w.])|(?<mark>[(),])|(?<word>(?:[\w-]|`[^`]*`|"[^"]*"|\.)+))/y;
const NAME = /^(?:(\w+)\.)?(?:`([^`]*)`|"([^"]*)"|(.+))$/s;

/**
 * Reads a filter: conditions joined by AND. Identifiers may be quoted by backticks or double quotes, texts stand in quotes.
 * Throws USAGE naming what was not understood.
 */
export function parseFilter(filter: string, grammar: Grammar): Condition[] {
  const tokens = tokenise(filter);
  const conditions: Condition[] = [];
  for (let at = 0; at < tokens.length; ) {
    if (conditions.length > 0) {
      if (tokens[at]!.toUpperCase() !== 'AND') throw wrong(`Invalid clause(s) in filter string: ${tokens[at]}`);
      at += 1;
    }
    const left = tokens[at++];
    let comparator = tokens[at++]?.toUpperCase();
    if (comparator === 'NOT' && tokens[at]?.toUpperCase() === 'IN') {
      comparator = 'NOT IN';
      at += 1;
    }
    if (left === undefined || comparator === undefined || !isComparator(comparator))
      throw wrong(`Invalid clause(s) in filter string: ${[left, comparator].filter(Boolean).join(' ')}`);
    const { kind, key } = identify(left, grammar);
    const [value, next] = readValue(tokens, at, key);
    at = next;
    checkUse({ kind, key, comparator, value }, grammar);
    conditions.push({ kind, key, comparator, value });
  }
  return conditions;
}

function tokenise(filter: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const text = filter.trimEnd();
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw wrong(`Invalid clause(s) in filter string: ${text.slice(at).trim()}`);
    tokens.push(match[0].trim());
  }
  return tokens;
}

function identify(text: string, { text: texts, numbers }: Grammar): Pick<Condition, 'kind' | 'key'> {
  const [, scope, backticks, quotes, bare] = NAME.exec(text) ?? [];
  const key = backticks ?? quotes ?? bare ?? '';
  if (scope === 'tag' || scope === 'tags') return { kind: 'tag', key };
  if (scope !== undefined && scope !== 'attribute') {
    throw wrong(`Invalid entity type '${scope}'. Valid entity types are ('attribute', 'tag', 'tags')`);
  }
  const valid = [...texts, ...numbers];
  if (!valid.includes(key)) {
    throw wrong(
      `Invalid attribute key '${key}' specified. Valid keys are '{${valid.map((k) => `'${k}'`).join(', ')}}'`,
    );
  }
  return { kind: 'attribute', key };
}

function readValue(tokens: string[], at: number, key: string): [Condition['value'], number] {
  const token = tokens[at];
  if (token === undefined) throw wrong(`Invalid clause(s) in filter string: ${key} has nothing to be compared with`);
  if (token === '(') {
    const items: string[] = [];
    for (let i = at + 1; i < tokens.length; i += 2) {
      items.push(unquoted(tokens[i]!));
      if (tokens[i + 1] === ')') return [items, i + 2];
      if (tokens[i + 1] !== ',') break;
    }
    throw wrong(`Invalid clause(s) in filter string: the list for ${key} does not end`);
  }
  if (/^-?\d+(\.\d+)?$/.test(token)) return [Number(token), at + 1];
  return [unquoted(token), at + 1];
}

function unquoted(token: string): string {
  const quote = token[0];
  if (quote === "'" || quote === '"') return token.slice(1, -1).replaceAll(quote + quote, quote);
  throw wrong(
    `Parameter value is either not quoted or unidentified quote types used for string value ${token}. Use either single or double quotes.`,
  );
}

function checkUse({ kind, key, comparator, value }: Condition, grammar: Grammar): void {
  const list = Array.isArray(value);
  if (kind === 'tag') {
    const shown = list ? `(${value.map((one) => `'${one}'`).join(', ')})` : value;
    if (typeof value !== 'string')
      throw wrong(`Expected a quoted string value for tag (e.g. 'my-value'). Got value ${shown}`);
    if (!['=', '!=', 'LIKE', 'ILIKE'].includes(comparator)) throw wrong(`Invalid comparator for tag: ${comparator}`);
    return;
  }
  if (list && !grammar.lists.includes(key)) {
    const keys = grammar.lists.map((one) => `'${one}'`).join(', ');
    throw wrong(`Only [${keys}] attributes support comparison with a list of quoted string values.`);
  }
  if (grammar.numbers.includes(key)) {
    if (!['=', '!=', '<', '<=', '>', '>='].includes(comparator))
      throw wrong(`Invalid comparator for attribute ${key}: ${comparator}`);
    if (list || !Number.isInteger(Number(value)))
      throw wrong(`Invalid value for numeric attribute '${key}': ${String(value)}`);
    return;
  }
  if (typeof value === 'number')
    throw wrong(`Expected a quoted string value or a list of quoted string values for attributes. Got value ${value}`);
  const wantsList = comparator === 'IN' || comparator === 'NOT IN';
  if (['<', '<=', '>', '>='].includes(comparator) || wantsList !== list)
    throw wrong(`Invalid comparator for attribute: ${comparator}`);
}

function isComparator(text: string): text is Comparator {
  return ['=', '!=', '<', '<=', '>', '>=', 'LIKE', 'ILIKE', 'IN', 'NOT IN'].includes(text);
}

/** In MLflow's words, which its clients know. */
function wrong(message: string): OslerError {
  return new OslerError('USAGE', message.slice(0, 1_000));
}
