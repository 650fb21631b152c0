import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody, OslerError } from '../../errors.ts';

/** Of paths: what the router matches one by, `:id` any one part, `*` the rest. */
interface Pattern {
  parts: readonly string[];
  methods: Set<string>;
}

/**
 * The methods that a path is answered for, whatever was asked: where there are some, another one is 405 and not 404 (RFC 9110, 15.5.6).
 * The page's own catch-all counts for nothing: it answers for what is no route.
 */
export function collectMethods(app: FastifyInstance): (path: string) => string[] {
  const patterns = new Map<string, Pattern>();
  app.addHook('onRoute', ({ url, method }) => {
    if (url === '*' || url === '/*') return;
    const pattern = patterns.get(url) ?? { parts: url.split('/'), methods: new Set() };
    for (const one of [method].flat()) pattern.methods.add(one);
    patterns.set(url, pattern);
  });
  return (path) => {
    const parts = path.split('/');
    const found = [...patterns.values()].filter((pattern) => fits(pattern.parts, parts));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort();
  };
}

/** Refuses a method where others are answered; undefined where there is nothing at all. */
export function refuseMethod(
  { method, url }: FastifyRequest,
  reply: FastifyReply,
  methodsOf: (path: string) => string[],
): FastifyReply | undefined {
  const path = url.split('?')[0]!;
  const allowed = methodsOf(path);
  if (allowed.length === 0) return undefined;
  const words = `${path.slice(0, 200)} is not asked by ${method}, but by ${allowed.join(', ')}.`;
  return reply
    .code(405)
    .header('allow', allowed.join(', '))
    .send(errorBody(new OslerError('USAGE', words)));
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  const open = pattern.at(-1) === '*';
  if (open ? parts.length < pattern.length : parts.length !== pattern.length) return false;
  return pattern.every((part, i) => part === '*' || part === parts[i] || part.includes(':'));
}
