import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody, type OslerError } from '../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Why this request is refused before anything else is done for it; null: it is not. */
    refuses?(request: FastifyRequest): OslerError | null;
  }
}

/** Requests that may be under way at once. */
export interface Places {
  /** Usually: a burst waits for its turn. */
  most: number;
  /** While more come than can be answered: more in the queue would answer no more of them, and each of them later. */
  short: number;
}

/** Milliseconds for which places stay few after the last refusal. */
const SHORT_MS = 1_000;

/** Counts requests from before their body is read to their end: what is refused must cost no memory. */
export class Admission {
  private readonly open = new Set<FastifyReply>();
  private refusedAt = Number.NEGATIVE_INFINITY;

  get underWay(): number {
    return this.open.size;
  }

  /** Whether one more is too many; if so it counts as refused. */
  isFull({ most, short }: Places): boolean {
    const now = performance.now();
    if (this.open.size < (now - this.refusedAt < SHORT_MS ? Math.min(short, most) : most)) return false;
    this.refusedAt = now;
    return true;
  }

  /** Until its connection has the answer, or is gone. */
  enter(reply: FastifyReply): void {
    this.open.add(reply);
    reply.raw.once('close', () => this.leave(reply));
  }

  /** Its answer is on its way. */
  leave(reply: FastifyReply): void {
    this.open.delete(reply);
  }
}

/**
 * Refuses before all other hooks, in one write: under ten times the load that can be answered, what is refused must not cost what would
 * answer others. Belongs before every other `onRequest` hook.
 */
export function registerRefusals(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const error = request.routeOptions.config.refuses?.(request) ?? null;
    if (error === null) return done();
    const body = JSON.stringify(errorBody(error));
    reply.hijack();
    reply.raw.writeHead(error.httpStatus, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'retry-after': String(retryAfterOf(error)),
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
    });
    reply.raw.end(body);
  });
}

const retryAfterOf = (error: OslerError): number =>
  'retryAfter' in error && typeof error.retryAfter === 'number' ? error.retryAfter : 1;
