import { z } from 'zod';
import { OslerError } from '../../errors.ts';

/** Where a list goes on, opaque to whoever holds it. */
export function cursorOf(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Throws USAGE for a cursor that is none of this list. */
export function placeOf<T>(schema: z.ZodType<T>, cursor: string | undefined): T | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new OslerError('USAGE', 'The cursor is not one of this list.', {
      hint: 'Take `next` of the page before as it is, or leave it out to begin.',
    });
  }
}

/** A page of a list that is there as a whole, in order of `key`. */
export function sliceAfter<T>(
  all: readonly T[],
  key: (item: T) => string,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): { items: T[]; next: string | null } {
  const after = placeOf(z.string(), cursor);
  const rest = after === undefined ? all : all.filter((item) => key(item) > after);
  const items = rest.slice(0, limit);
  return { items, next: rest.length > limit ? cursorOf(key(items.at(-1)!)) : null };
}

/** A page that was read with one item more than it may hold. */
export function pageOf<T>(read: T[], limit: number, place: (last: T) => unknown): { items: T[]; next: string | null } {
  if (read.length <= limit) return { items: read, next: null };
  const items = read.slice(0, limit);
  return { items, next: cursorOf(place(items.at(-1)!)) };
}
