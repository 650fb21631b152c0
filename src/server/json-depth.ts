import type { FastifyInstance } from 'fastify';
import { OslerError } from '../errors.ts';

/** Levels of objects and lists in one another. Nothing that is asked here has more than some; what walks them by recursion ends at some thousand. */
export const MOST_LEVELS = 100;

/** Whether a parsed JSON value has more levels; told without recursion. */
export function isDeep(value: unknown): boolean {
  let level: object[] = isNest(value) ? [value] : [];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MOST_LEVELS) return true;
    const next: object[] = [];
    for (const nest of level) for (const inner of Object.values(nest)) if (isNest(inner)) next.push(inner);
    level = next;
  }
  return false;
}

/** Bodies of JSON that are nested deeper are refused before anything looks at them. */
export function refuseDeepBodies(app: FastifyInstance): void {
  app.addHook('preValidation', ({ body }, _reply, done) => {
    const deep = isDeep(body);
    done(deep ? new OslerError('USAGE', `The body is nested more than ${MOST_LEVELS} levels deep.`) : undefined);
  });
}

/** An object or list of JSON; no stream, no buffer. */
function isNest(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
