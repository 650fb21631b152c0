import { OslerError } from '../../errors.ts';
import { type Token, tokens } from './lexer.ts';

export type Entity = 'metric' | 'parameter' | 'tag' | 'attribute' | 'dataset';
export type Comparator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'LIKE'
  | 'ILIKE'
  | 'IN'
  | 'NOT IN'
  | 'IS NULL'
  | 'IS NOT NULL';

/** One comparison; a filter is several, all of which must hold. */
export interface Clause {
  entity: Entity;
  key: string;
  comparator: Comparator;
  /** A number for metrics and numeric attributes, a list with IN; null with IS NULL. */
  value: string | number | string[] | null;
}

export interface Order {
  entity: Entity;
  key: string;
  ascending: boolean;
}

/** What may be searched: MLflow allows other names for runs, experiments and logged models. */
export interface Vocabulary {
  entities: readonly Entity[];
  /** Attributes by name, each with the name it is short for. */
  text: Record<string, string>;
  numeric: Record<string, string>;
  /** Attributes that may be compared with a list. */
  lists: readonly string[];
}

const NAMES: Record<string, Entity> = {
  metric: 'metric',
  metrics: 'metric',
  parameter: 'parameter',
  parameters: 'parameter',
  param: 'parameter',
  params: 'parameter',
  tag: 'tag',
  tags: 'tag',
  attribute: 'attribute',
  attributes: 'attribute',
  attr: 'attribute',
  run: 'attribute',
  dataset: 'dataset',
  datasets: 'dataset',
};
const ENTITIES = "['metric', 'parameter', 'tag', 'attribute', 'dataset']";
const NUMERIC: readonly string[] = ['=', '!=', '<', '<=', '>', '>='];
const TEXT: readonly string[] = ['=', '!=', 'LIKE', 'ILIKE'];
const NULLS: readonly string[] = ['IS NULL', 'IS NOT NULL'];
const LISTS: readonly string[] = ['IN', 'NOT IN'];
const DATASET_KEYS = ['name', 'digest', 'context'];

/**
 * MLflow's filter grammar: `metrics.loss < 0.1 and params."lr" = '0.01' and tags.team IN ...`. Comparisons are joined by AND alone.
 * Throws USAGE, with MLflow's words where it has some.
 */
export function parseFilter(filter: string | undefined, vocabulary: Vocabulary): Clause[] {
  if (filter === undefined || filter.trim() === '') return [];
  const reader = new Reader(tokens(filter), filter);
  const clauses: Clause[] = [];
  do clauses.push(clause(reader, vocabulary));
  while (reader.word('AND'));
  reader.end();
  return clauses;
}

/** `metrics.loss DESC`; ascending when nothing is said. */
export function parseOrder(order: string, vocabulary: Vocabulary): Order {
  let found: Token[];
  try {
    found = tokens(order);
  } catch {
    throw new OslerError('USAGE', `Invalid order_by clause '${order}'. Could not be parsed.`);
  }
  const [what, direction, ...rest] = found;
  if (what === undefined || (what.kind !== 'name' && what.kind !== 'string') || rest.length > 0)
    throw new OslerError('USAGE', `Invalid order_by clause '${order}'. Could not be parsed.`);
  const said = direction?.text.toLowerCase() ?? 'asc';
  if (said !== 'asc' && said !== 'desc')
    throw new OslerError('USAGE', `Invalid ordering key in order_by clause '${order}'.`);
  return { ...identifier(what, vocabulary), ascending: said === 'asc' };
}

class Reader {
  private at = 0;
  private readonly tokens: Token[];
  readonly filter: string;

  constructor(found: Token[], filter: string) {
    this.tokens = found;
    this.filter = filter;
  }

  next(): Token | undefined {
    return this.tokens[this.at++];
  }

  word(word: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== 'name' || token.text.toUpperCase() !== word) return false;
    this.at += 1;
    return true;
  }

  end(): void {
    if (this.at < this.tokens.length) throw this.invalid(this.tokens.slice(this.at));
  }

  invalid(rest: (Token | undefined)[]): OslerError {
    const what = rest.map((token) => token?.text ?? '').join(' ');
    return new OslerError('USAGE', `Invalid clause(s) in filter string: '${what}'`, {
      hint: "Comparisons are joined by AND: metrics.loss < 0.1 AND params.lr = '0.01'",
    });
  }
}

function clause(reader: Reader, vocabulary: Vocabulary): Clause {
  const name = reader.next();
  if (name === undefined) throw reader.invalid([]);
  if (name.kind !== 'name' && name.kind !== 'string') throw reader.invalid([name]);
  const comparator = readComparator(reader, name);
  const { entity, key } = identifier(name, vocabulary);
  const numeric =
    entity === 'metric' || (entity === 'attribute' && Object.hasOwn(vocabulary.numeric, name.parts.at(-1)!));
  if (comparator === 'IS NULL' || comparator === 'IS NOT NULL') {
    if (entity !== 'tag' && entity !== 'parameter')
      throw new OslerError(
        'USAGE',
        `IS NULL / IS NOT NULL is only supported for tags and params, not for '${entity}' '${key}'`,
      );
    return { entity, key, comparator, value: null };
  }
  const value = readValue(reader, entity, key, numeric, vocabulary);
  const valid = numeric ? NUMERIC : [...TEXT, ...(entity === 'attribute' || entity === 'dataset' ? LISTS : NULLS)];
  if (!valid.includes(comparator)) {
    const list = valid.map((one) => `'${one}'`).join(', ');
    throw new OslerError('USAGE', `Invalid comparator '${comparator}' not one of '{${list}}'`);
  }
  return { entity, key, comparator, value };
}

function readComparator(reader: Reader, name: Token): Comparator {
  if (reader.word('IS')) {
    const not = reader.word('NOT');
    if (reader.word('NULL')) return not ? 'IS NOT NULL' : 'IS NULL';
    throw reader.invalid([name]);
  }
  if (reader.word('NOT')) {
    if (reader.word('IN')) return 'NOT IN';
    throw reader.invalid([name]);
  }
  for (const word of ['IN', 'LIKE', 'ILIKE'] as const) if (reader.word(word)) return word;
  const token = reader.next();
  if (token?.kind !== 'operator') throw reader.invalid([name, token]);
  // Other spellings, which MLflow's SQL does not know either.
  if (token.text === '==' || token.text === '<>')
    throw new OslerError('USAGE', `Invalid comparator '${token.text}' not one of '{${NUMERIC.join(', ')}}'`);
  return token.text as Comparator;
}

function identifier(token: Token, vocabulary: Vocabulary): { entity: Entity; key: string } {
  const [first, ...rest] = token.parts as [string, ...string[]];
  if (rest.length === 0) return { entity: 'attribute', key: attribute(first, vocabulary) };
  const entity = NAMES[first];
  if (entity === undefined || !vocabulary.entities.includes(entity))
    throw new OslerError('USAGE', `Invalid entity type '${first}'. Valid values are ${ENTITIES}`);
  const key = rest.join('.');
  if (entity === 'attribute') return { entity, key: attribute(key, vocabulary) };
  if (entity === 'dataset' && !DATASET_KEYS.includes(key))
    throw new OslerError(
      'USAGE',
      `Invalid dataset key '${key}' specified. Valid keys are '${DATASET_KEYS.join(', ')}'`,
    );
  return { entity, key };
}

function attribute(key: string, { text, numeric }: Vocabulary): string {
  const known = Object.hasOwn(text, key) ? text[key] : Object.hasOwn(numeric, key) ? numeric[key] : undefined;
  if (known !== undefined) return known;
  const valid = [...Object.keys(text), ...Object.keys(numeric)].map((name) => `'${name}'`).join(', ');
  throw new OslerError('USAGE', `Invalid attribute key '${key}' specified. Valid keys are '{${valid}}'`);
}

function readValue(
  reader: Reader,
  entity: Entity,
  key: string,
  numeric: boolean,
  vocabulary: Vocabulary,
): string | number | string[] {
  const token = reader.next();
  if (token === undefined) throw reader.invalid([]);
  if (numeric) {
    if (token.kind === 'number') return Number(token.text);
    throw new OslerError(
      'USAGE',
      entity === 'metric'
        ? `Expected numeric value type for metric. Found ${token.text}`
        : `Expected numeric value type for numeric attribute: ${key}. Found ${token.text}`,
    );
  }
  if (token.kind === 'string') return token.parts[0]!;
  if (token.kind === 'open' && (entity === 'attribute' || entity === 'dataset')) {
    if (entity === 'attribute' && !vocabulary.lists.includes(key)) {
      const lists = vocabulary.lists.map((name) => `'${name}'`).join(', ');
      throw new OslerError(
        'USAGE',
        `Only [${lists}] attributes support comparison with a list of quoted string values.`,
      );
    }
    return readList(reader);
  }
  throw new OslerError(
    'USAGE',
    entity === 'attribute' || entity === 'dataset'
      ? `Expected a quoted string value for ${entity === 'dataset' ? 'dataset attributes' : 'attributes'}. Got value ${token.text}`
      : `Expected a quoted string value for ${entity} (e.g. 'my-value'). Got value ${token.text}`,
  );
}

function readList(reader: Reader): string[] {
  const values: string[] = [];
  for (;;) {
    const token = reader.next();
    if (token?.kind === 'close' && values.length > 0) return values;
    if (token?.kind !== 'string') {
      throw new OslerError(
        'USAGE',
        'While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list.',
      );
    }
    values.push(token.parts[0]!);
    const after = reader.next();
    if (after?.kind === 'close') return values;
    if (after?.kind !== 'comma') throw reader.invalid([after]);
  }
}
