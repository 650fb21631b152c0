import type { FastifyRequest } from 'fastify';
import { isDeep, MOST_LEVELS } from '../json-depth.ts';
import { invalid } from './errors.ts';

/** Kinds of fields as MLflow's protocol buffers have them, in JSON; whole numbers and floats may come as texts. */
export type Kind = 'string' | 'int' | 'float' | 'enum' | 'bool' | 'strings' | 'objects';

interface Field {
  kind: Kind;
  required?: true;
}

interface Values {
  string: string;
  int: number;
  float: number;
  enum: string | number;
  bool: boolean;
  strings: string[];
  objects: Record<string, unknown>[];
}

export type Spec = Record<string, Field>;
export type Parsed<S extends Spec> = {
  [K in keyof S]: S[K]['required'] extends true ? Values[S[K]['kind']] : Values[S[K]['kind']] | undefined;
};

const SEE = ' See the API docs for more information about request parameters.';

/**
 * A request's fields: of the query where the method is GET, else of the body. Unknown ones are ignored, null is absent.
 * Throws INVALID_PARAMETER_VALUE, in MLflow's words, for one that is missing or of another type.
 */
export function read<const S extends Spec>(request: FastifyRequest, spec: S): Parsed<S> {
  const source = request.method === 'GET' ? (request.query as Record<string, unknown>) : bodyOf(request);
  const out: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(spec)) {
    // The old name of a run's id.
    const given = source[name] ?? (name === 'run_id' ? source.run_uuid : undefined) ?? undefined;
    if (field.required && (given === undefined || given === '')) throw missing(name);
    if (given === undefined) continue;
    const listed = field.kind === 'strings' && request.method === 'GET' ? [given].flat() : given;
    const value = READERS[field.kind](listed);
    if (value === undefined) {
      const shown = JSON.stringify(given);
      throw invalid(
        `Invalid value ${shown} for parameter '${name}' supplied:  Hint: Value was of type '${pythonType(given)}'.${field.kind === 'int' ? exactly(given) : ''}${SEE}`,
      );
    }
    out[name] = value;
  }
  return out as Parsed<S>;
}

export function missing(name: string): Error {
  return invalid(`Missing value for required parameter '${name}'.${SEE}`);
}

function bodyOf(request: FastifyRequest): Record<string, unknown> {
  let { body } = request;
  // Old clients send JSON inside a JSON text.
  if (typeof body === 'string') {
    try {
      body = JSON.parse(body);
    } catch {
      throw invalid('The body is not valid JSON.');
    }
  }
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) throw invalid('The body is not a JSON object.');
  // What stood in a text was not looked at before.
  if (typeof request.body === 'string' && isDeep(body))
    throw invalid(`The body is nested more than ${MOST_LEVELS} levels deep.`);
  return body as Record<string, unknown>;
}

const READERS: { [K in Kind]: (value: unknown) => Values[K] | undefined } = {
  string: (value) => (typeof value === 'string' ? value : undefined),
  int: wholeNumber,
  float: floatNumber,
  enum: (value) => (typeof value === 'string' || typeof value === 'number' ? value : undefined),
  bool: (value) =>
    typeof value === 'boolean' ? value : value === 'true' || value === 'false' ? value === 'true' : undefined,
  strings: (value) =>
    isList(value) && value.every((one) => typeof one === 'string') ? (value as string[]) : undefined,
  objects: (value) =>
    isList(value) && value.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one))
      ? (value as Record<string, unknown>[])
      : undefined,
};

const isList = (value: unknown): value is unknown[] => Array.isArray(value);

/** Why a whole number is refused: JSON's numbers are read as 64-bit floats, and one that would be changed by it is not taken. */
export function exactly(value: unknown): string {
  const large = /^[+-]?\d+$/.test(typeof value === 'string' ? value : '') || Number.isInteger(value);
  return large ? ' Whole numbers are kept exactly up to 9007199254740991 (2^53 - 1), and refused beyond it.' : '';
}

/** Undefined for what is none. */
export function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^[+-]?\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

/** Undefined for what is none. JSON has no infinities and no NaN: they are texts. */
export function floatNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  if (value === 'NaN') return Number.NaN;
  if (/^[+-]?Inf(inity)?$/i.test(value))
    return value.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value) ? Number(value) : undefined;
}

/** A list that MLflow keeps in a tag; empty where there is no tag, null where somebody wrote something else there. */
export function listIn(text: string | undefined): unknown[] | null {
  if (text === undefined) return [];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && !isDeep(list) ? list : null;
  } catch {
    return null;
  }
}

function pythonType(value: unknown): string {
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (value === null || value === undefined) return 'NoneType';
  return Array.isArray(value) ? 'list' : 'dict';
}
