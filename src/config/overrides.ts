import { parse } from 'yaml';
import type { z } from 'zod';
import { OslerError } from '../errors.ts';
import { keysOf, schemaAt, takesOnlyText } from './schema-walk.ts';
import { type Branch, branch, type Origin, type Tree, treeOf } from './tree.ts';

const PREFIX = /^OSLER_(SET|SERVER)_/;

/** `training.epochs=3` as a tree of one value. The right side is YAML: 3, true, [a, b], null, text. */
export function commandLineOverride(text: string, schema: z.core.$ZodType): Branch {
  const at = text.indexOf('=');
  const key = text.slice(0, at).trim();
  if (at < 1 || key.split('.').includes('')) {
    throw new OslerError('USAGE', `"${text}" is not of the form key=value.`, {
      hint: 'Write for example training.epochs=3; quote a value with blanks.',
    });
  }
  return one(key.split('.'), text.slice(at + 1), 'command line', key, schema);
}

/**
 * `OSLER_SET_TRAINING__BATCH_SIZE=8` as a tree of one value: two underscores stand for the dot; case and single underscores
 * don't count (an unknown name is kept in lower case, for the message).
 */
export function environmentOverride(name: string, text: string, schema: z.core.$ZodType): Branch {
  let here: z.core.$ZodType | null = schema;
  const path = name
    .replace(PREFIX, '')
    .split('__')
    .map((part) => {
      const wanted = part.toLowerCase();
      const known: string[] = here === null ? [] : [...(keysOf(here)?.keys.keys() ?? [])];
      const key = known.find((k) => k.toLowerCase() === wanted.replaceAll('_', '')) ?? wanted;
      here = here === null ? null : schemaAt(here, [key]);
      return key;
    });
  return one(path, text, 'environment', name, schema);
}

function one(path: string[], text: string, origin: Origin, named: string, schema: z.core.$ZodType): Branch {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new OslerError(
      'CONFIG_INVALID',
      `The value of ${named} is not valid YAML: ${(error as Error).message.split('\n')[0]}`,
    );
  }
  const wanted = schemaAt(schema, path);
  const scalar = typeof value === 'number' || typeof value === 'boolean';
  if (scalar && wanted !== null && takesOnlyText(wanted)) value = text.trim();
  const tree = path.reduceRight<Tree>((inner, key) => branch(origin, [[key, inner]]), treeOf(value, origin));
  return tree as Branch;
}
