import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody, OslerError } from '../errors.ts';
import { RefusedError } from '../serving/deployments/gate.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends, with the reason, when nobody wants what was admitted any more; null: it was not asked for by admission. */
    wanted: AbortSignal | null;
  }
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
/** Milliseconds of refusals from which on it is no burst any more. */
const BURST_MS = 100;

/**
 * Counts requests from before their body is read to their end: what is refused must cost no memory. A burst may wait. Where refusals go
 * on, what came last of it and still waits is refused as well: under a load that does not end, its wait would be everybody's after it.
 */
export class Admission {
  private readonly open = new Map<FastifyReply, { request: FastifyRequest; wanted: AbortController }>();
  private readonly refuse: (underWay: number) => OslerError;
  /** The first and the last refusal without a pause. */
  private refusing = { since: 0, last: Number.NEGATIVE_INFINITY };

  /** @param refuse what is said to those that are refused; default: QUEUE_FULL. */
  constructor(refuse = queueFull) {
    this.refuse = refuse;
  }

  /** Why one more is too many; null where it is not. */
  refusal({ most, short }: Places): OslerError | null {
    const now = performance.now();
    const isShort = now - this.refusing.last < SHORT_MS;
    if (this.open.size < (isShort ? Math.min(short, most) : most)) return null;
    this.refusing = { since: isShort ? this.refusing.since : now, last: now };
    const error = this.refuse(this.open.size);
    if (now - this.refusing.since >= BURST_MS) this.shed(short, error);
    return error;
  }

  /** Until its connection has the answer, or is gone: then what was asked on it is not computed, unless it is begun. */
  enter(request: FastifyRequest, reply: FastifyReply): void {
    const wanted = new AbortController();
    request.wanted = wanted.signal;
    this.open.set(reply, { request, wanted });
    reply.raw.once('close', () => {
      this.leave(reply);
      if (!reply.raw.writableFinished) wanted.abort(new OslerError('INTERRUPTED', 'The client went away.'));
    });
  }

  /** Its answer is on its way. */
  leave(reply: FastifyReply): void {
    this.open.delete(reply);
  }

  private shed(short: number, error: OslerError): void {
    // What still arrives waits for nothing here: a slow sender takes no place from what is whole, and is not cut off.
    const whole = [...this.open.values()].filter(({ request }) => request.raw.complete);
    for (const { wanted } of whole.slice(short)) wanted.abort(error);
  }
}

const queueFull = (underWay: number): OslerError => new RefusedError(`${underWay} requests are under way already.`, 1);

/**
 * Refuses before all other hooks, in one write: under ten times the load that can be answered, what is refused must not cost what would
 * answer others. Belongs before every other `onRequest` hook.
 */
export function registerRefusals(app: FastifyInstance): void {
  app.decorateRequest('wanted', null);
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
