import type { z } from 'zod';
import { originText } from '../../../config/explain.ts';
import type { Loaded } from '../../../config/load.ts';
import type { Resolved } from './contract.ts';

/** Every key of a resolved recipe, its value and where it comes from. */
export function settingsOut({ value, origins }: Loaded<unknown>): z.infer<typeof Resolved>['settings'] {
  return [...origins].map(([key, origin]) => ({ key, value: valueAt(value, key), origin: originText(origin) }));
}

function valueAt(value: unknown, key: string): z.core.util.JSONType {
  let here: unknown = value;
  for (const part of key.split('.')) here = (here as Record<string, unknown> | undefined)?.[part];
  return (here ?? null) as z.core.util.JSONType;
}
