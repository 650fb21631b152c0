import type { z } from 'zod';
import { isPlainObject } from './tree.ts';

type Schema = z.core.$ZodType;
const defOf = (schema: Schema): z.core.$ZodTypes['_zod']['def'] => (schema as z.core.$ZodTypes)._zod.def;

/** The schema without wrappers that change nothing about its keys: optional, nullable, default... */
export function unwrap(schema: Schema): Schema {
  for (let current = schema; ; ) {
    const def = defOf(current);
    if (def.type === 'pipe') current = def.in;
    else if (def.type === 'lazy') current = def.getter();
    else if ('innerType' in def) current = def.innerType as Schema;
    else return current;
  }
}

/** The keys a map may have here, with their schemas. `open` takes any key. Null where no map is allowed. */
export function keysOf(schema: Schema, value?: unknown): { keys: Map<string, Schema>; open: Schema | null } | null {
  const inner = unwrap(schema);
  const def = defOf(inner);
  if (def.type === 'object') {
    const open = def.catchall !== undefined && defOf(def.catchall).type !== 'never' ? def.catchall : null;
    return { keys: new Map(Object.entries(def.shape)), open };
  }
  if (def.type === 'record') return { keys: new Map(), open: def.valueType };
  const options = def.type === 'union' ? fitting(def, value) : def.type === 'intersection' ? [def.left, def.right] : [];
  const all = options.map((option) => keysOf(option, value)).filter((keys) => keys !== null);
  if (all.length === 0) return null;
  return {
    keys: new Map(all.flatMap((one) => [...one.keys])),
    open: all.find((one) => one.open !== null)?.open ?? null,
  };
}

/** Of a discriminated union only the option that the value names, so that no other option's keys are accepted or proposed. */
function fitting(def: { options: readonly Schema[]; discriminator?: string }, value: unknown): readonly Schema[] {
  const { discriminator } = def;
  if (discriminator === undefined || !isPlainObject(value)) return def.options;
  const chosen = def.options.filter((option) => {
    const key = keysOf(option)?.keys.get(discriminator);
    return key !== undefined && literals(key)?.includes(value[discriminator]);
  });
  return chosen.length > 0 ? chosen : def.options;
}

/** The key that decides which kind of map this is, where there is one. */
export function discriminatorOf(schema: Schema): string | null {
  const def = defOf(unwrap(schema));
  return def.type === 'union' && 'discriminator' in def ? (def.discriminator as string) : null;
}

/** The discriminator's values over all options of a discriminated union. */
export function kindsOf(schema: Schema): string[] {
  const def = defOf(unwrap(schema));
  const key = discriminatorOf(schema);
  if (def.type !== 'union' || key === null) return [];
  return def.options.flatMap((option) => literals(keysOf(option)?.keys.get(key) ?? option)?.map(String) ?? []);
}

/** The schema at a path of keys, as far as the schema goes; `value` is the whole configuration, to choose between kinds. */
export function schemaAt(schema: Schema, path: readonly PropertyKey[], value?: unknown): Schema | null {
  let current: Schema = schema;
  let here = value;
  for (const key of path) {
    const next = step(current, key, here);
    if (next === null) return null;
    current = next;
    here = (here as Record<PropertyKey, unknown> | null | undefined)?.[key];
  }
  return current;
}

function step(schema: Schema, key: PropertyKey, value: unknown): Schema | null {
  const def = defOf(unwrap(schema));
  if (def.type === 'array') return def.element;
  if (def.type === 'tuple') return def.items[Number(key)] ?? def.rest;
  const keys = keysOf(schema, value);
  return keys?.keys.get(String(key)) ?? keys?.open ?? null;
}

/** All dotted keys the schema knows, depth first. */
export function allKeys(schema: Schema, value?: unknown, prefix = ''): string[] {
  const keys = keysOf(schema, value);
  if (keys === null) return [];
  return [...keys.keys].flatMap(([key, inner]) => {
    const path = `${prefix}${key}`;
    return [path, ...allKeys(inner, (value as Record<string, unknown> | undefined)?.[key], `${path}.`)];
  });
}

/** The values a schema lists one by one, or null. */
export function literals(schema: Schema): unknown[] | null {
  const def = defOf(unwrap(schema));
  if (def.type === 'enum') return Object.values(def.entries);
  if (def.type === 'literal') return [...def.values];
  return null;
}

/** Whether text is the only thing a schema takes, so that `dataset=7` means the text "7". */
export function takesOnlyText(schema: Schema): boolean {
  const def = defOf(unwrap(schema));
  if (def.type === 'union') return def.options.every(takesOnlyText);
  return def.type === 'string' || literals(schema)?.every((value) => typeof value === 'string') === true;
}

/** What a schema wants, in words: "a whole number from 8 to 2048". */
export function expectation(schema: Schema): string {
  const def = defOf(schema);
  if (def.type === 'nullable') return `${expectation(def.innerType)} or null`;
  if ('innerType' in def) return expectation(def.innerType as Schema);
  const listed = literals(schema);
  if (listed !== null) return listed.length === 1 ? String(listed[0]) : `one of ${listed.join(', ')}`;
  switch (def.type) {
    case 'pipe':
    case 'lazy':
      return expectation(unwrap(schema));
    case 'number':
      return numberWords(def);
    case 'string':
      if ('format' in def && def.format === 'url') return 'a web address (https://...)';
      return checksOf(def).some((check) => check.check === 'min_length') ? 'text that is not empty' : 'text';
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list, each item ${expectation(def.element)}`;
    case 'tuple':
      return `a list of ${def.items.length}: ${def.items.map(expectation).join(', ')}`;
    case 'union':
      return [...new Set(def.options.map(expectation))].join(', or ');
    case 'unknown':
      return 'any value';
    case 'object':
    case 'record':
      return 'a map of keys and values';
    default:
      return def.type;
  }
}

function numberWords(def: { format?: string; checks?: readonly z.core.$ZodCheck<never>[] | undefined }): string {
  const kind = def.format?.includes('int') ? 'a whole number' : 'a number';
  const checks = checksOf(def);
  const low = checks.find((check) => check.check === 'greater_than');
  const high = checks.find((check) => check.check === 'less_than');
  if (low?.inclusive && high?.inclusive) return `${kind} from ${low.value} to ${high.value}`;
  const parts = [
    low === undefined ? '' : `${low.inclusive ? 'of at least' : 'above'} ${low.value}`,
    high === undefined ? '' : `${high.inclusive ? 'of at most' : 'below'} ${high.value}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? kind : `${kind} ${parts.join(' and ')}`;
}

type Check = { check: string; value?: number; inclusive?: boolean };

function checksOf(def: { checks?: readonly z.core.$ZodCheck<never>[] | undefined }): Check[] {
  return (def.checks ?? []).map((check) => check._zod.def as Check);
}
