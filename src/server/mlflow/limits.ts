import { posix } from 'node:path';
import type { Pair } from '../../store/log-batch.ts';
import { invalid } from './errors.ts';

/** MLflow's limits; the lengths are characters. */
export const LIMITS = {
  metrics: 1_000,
  params: 100,
  tags: 100,
  entities: 1_000,
  key: 250,
  paramValue: 6_000,
  tagValue: 8_000,
  experimentName: 500,
  experimentTagValue: 20_000,
  artifactLocation: 2_048,
  searchResults: 50_000,
  datasetName: 500,
  datasetDigest: 36,
  datasetSchema: 1_048_575,
  datasetSource: 65_535,
  datasetProfile: 16_777_215,
  inputTagKey: 255,
  inputTagValue: 500,
} as const;

const NAME = /^[/\p{L}\p{N}_.\- :]*$/u;
const SAFE = /^[A-Za-z0-9_][A-Za-z0-9_\- :]*(?:[./][A-Za-z0-9_\- :]+)*$/;
const CHARACTERS =
  'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).';

/** A name of a metric, parameter or tag: no odd characters, and no path that leads elsewhere. `path` names it in the error. */
export function checkName(name: unknown, path: string): string {
  // Nearly all names are of this form, which can't break the rules below.
  if (typeof name === 'string' && SAFE.test(name)) return name;
  if (typeof name !== 'string')
    throw invalid(
      `Invalid value ${JSON.stringify(name ?? '')} for parameter '${path}' supplied: A key name must be provided.`,
    );
  if (!NAME.test(name))
    throw invalid(`Invalid value ${JSON.stringify(name)} for parameter '${path}' supplied: ${CHARACTERS}`);
  const norm = name === '' ? '.' : posix.normalize(name).replace(/(?<=.)\/$/, '');
  if (norm !== name || norm === '.' || norm.startsWith('..') || norm.startsWith('/')) {
    throw invalid(
      `Invalid value ${JSON.stringify(name)} for parameter '${path}' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '${norm}'`,
    );
  }
  return name;
}

/** Characters are counted as Python counts them. */
export function checkLength(what: string, limit: number, value: string): string {
  if (value.length > limit && [...value].length > limit)
    throw invalid(`'${what}' exceeds the maximum length of ${limit} characters`);
  return value;
}

/** Too long a value is cut off, as MLflow's server does. */
function cut(limit: number, value: string): string {
  if (value.length <= limit) return value;
  return [...value].slice(0, limit).join('');
}

export function checkParam(key: unknown, value: unknown, path = ''): Pair {
  const name = checkName(key, join(path, 'key'));
  return { key: checkLength('Param key', LIMITS.key, name), value: cut(LIMITS.paramValue, text(value)) };
}

export function checkTag(key: unknown, value: unknown, path = ''): Pair {
  const name = checkName(key, join(path, 'key'));
  return { key: checkLength(join(path, 'key'), LIMITS.key, name), value: cut(LIMITS.tagValue, text(value)) };
}

export function checkExperimentTag({ key, value }: Record<string, unknown>): Pair {
  const name = checkLength('key', LIMITS.key, checkName(key, 'key'));
  return { key: name, value: checkLength('value', LIMITS.experimentTagValue, text(value)) };
}

export function checkBatch(metrics: number, params: number, tags: number): void {
  const check = (what: string, limit: number, count: number): void => {
    if (count <= limit) return;
    throw invalid(
      `A batch logging request can contain at most ${limit} ${what}. Got ${count} ${what}. Please split up ${what} across multiple requests and try again.`,
    );
  };
  check('metrics', LIMITS.metrics, metrics);
  check('params', LIMITS.params, params);
  check('tags', LIMITS.tags, tags);
  check('metrics, params, and tags', LIMITS.entities, metrics + params + tags);
}

/** Throws unless it is a positive number of at most 50,000. */
export function checkMaxResults(count: number): number {
  const wrong = `Invalid value ${count} for parameter 'max_results' supplied. It must be`;
  if (count < 1) throw invalid(`${wrong} a positive integer`);
  if (count > LIMITS.searchResults) throw invalid(`${wrong} at most ${LIMITS.searchResults}`);
  return count;
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** What a protocol buffer's text field holds: empty when absent. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
}
