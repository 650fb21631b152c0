import type { z } from 'zod';

/** What zod finds, as far as these words need it: Fastify's validators give it in a shape of their own. */
export interface Issue {
  code?: string | undefined;
  path: readonly PropertyKey[];
  message: string;
  /** Of `unrecognized_keys`. */
  keys?: readonly string[] | undefined;
  /** Of `invalid_value`: what may stand there. */
  values?: readonly unknown[] | undefined;
  /** Of `invalid_union`: what each of its options finds. */
  errors?: readonly (readonly Issue[])[] | undefined;
  /** Of `invalid_type`. */
  expected?: string | undefined;
  /** Of `too_big` and `too_small`: what is counted, and the bound. */
  origin?: string | undefined;
  maximum?: number | bigint | undefined;
  minimum?: number | bigint | undefined;
  inclusive?: boolean | undefined;
}

/** What is wrong with a request, for whoever wrote it. `place`: what of the request was looked at. */
export function sayIssue(issue: z.core.$ZodIssue | Issue, place: string): string {
  const { code, path, message, keys, values, expected, maximum, minimum, errors } = issue as Issue;
  const name = path.map(String).join('.');
  const it = name === '' ? `The ${place}` : `"${name}" of the ${place}`;
  if (code === 'unrecognized_keys' && keys !== undefined) {
    const named = keys.map((key) => `"${name === '' ? '' : `${name}.`}${key.slice(0, 100)}"`).join(', ');
    return `The ${place} has ${named}, which ${keys.length === 1 ? 'means' : 'mean'} nothing here.`;
  }
  // The value itself is not at hand: zod leaves it out of what it finds.
  const isAbsent = (one: Issue): boolean => one.path.length === 0 && /received undefined$/.test(one.message);
  if (
    /received undefined$/.test(message) ||
    (values !== undefined && message === 'Required') ||
    (errors !== undefined && errors.length > 0 && errors.every((option) => option.some(isAbsent)))
  ) {
    return `${it} is missing.`;
  }
  if (code === 'invalid_type' && expected !== undefined) return `${it} is not of the type ${expected}.`;
  if (code === 'invalid_value' && values !== undefined) {
    return `${it} is not ${values.map((value) => JSON.stringify(value)).join(', ')}.`.replace(/, ([^,]*)$/, ' or $1');
  }
  if (code === 'invalid_format' && message.startsWith('Invalid string')) return `${it} is not what it should be.`;
  if (code === 'invalid_union') return `${it} is none of what may stand there.`;
  if (code === 'too_big' && maximum !== undefined) return `${it} must ${bound('most', maximum, issue as Issue)}.`;
  if (code === 'too_small' && minimum !== undefined) return `${it} must ${bound('least', minimum, issue as Issue)}.`;
  return `${it}: ${message.replace(/\.$/, '')}.`;
}

const COUNTED: Record<string, string> = { string: 'character', array: 'element', set: 'element' };

function bound(which: 'most' | 'least', limit: number | bigint, { origin, inclusive }: Issue): string {
  const counted = COUNTED[origin ?? ''];
  if (counted !== undefined) return `have at ${which} ${limit} ${counted}${limit === 1 ? '' : 's'}`;
  if (inclusive === false) return `be ${which === 'most' ? 'less' : 'more'} than ${limit}`;
  return `be at ${which} ${limit}`;
}
