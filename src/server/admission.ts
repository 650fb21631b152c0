import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody, OslerError } from '../errors.ts';
import type { Caller } from '../security/caller.ts';
import { RefusedError } from '../serving/deployments/gate.ts';
import { byPriority, type Priority } from '../serving/priority.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends, with the reason, when nobody wants what was admitted any more; null: it was not asked for by admission. */
    wanted: AbortSignal | null;
  }
  interface FastifyContextConfig {
    /**
     * Why this request is refused before anything else is done for it; null: it is not. `who` is null where credentials must be looked
     * up first, and STRANGER for whoever may not come here: what those ask may change nothing for others.
     */
    refuses?(request: FastifyRequest, who: Caller | null): OslerError | null;
  }
}

/** Requests that may be under way at once. */
export interface Places {
  /** Usually: a burst waits for its turn. */
  most: number;
  /** While more come than can be answered: more in the queue would answer no more of them, and each of them later. */
  short: number;
}

/** Milliseconds without a refusal after which there are as many places as usual. */
const CALM_MS = 1_000;
/** Milliseconds after which it is seen whether all places would be taken again: what fits into them must not be refused for ever. */
const SHORT_MS = 5_000;
/** Milliseconds of refusals from which on it is no burst any more. */
const BURST_MS = 100;

interface Place {
  request: FastifyRequest;
  priority: Priority;
  wanted: AbortController;
  /** Some of its images have answers, or are about to: the others are not taken from it. */
  begun: boolean;
}

/**
 * Counts requests from before their body is read to their end: what is refused must cost no memory. A burst may wait. Where refusals go
 * on, what came last of it and still waits is refused as well: under a load that does not end, its wait would be everybody's after it.
 * Where there is no place, one of higher priority takes that of the last one of the lowest.
 */
export class Admission {
  private readonly open = new Map<FastifyReply, Place>();
  private readonly refuse: (underWay: number) => OslerError;
  /** Since when refusals go on, when places last became few, and when something was last refused. */
  private readonly refusing = { since: 0, short: Number.NEGATIVE_INFINITY, last: Number.NEGATIVE_INFINITY };

  /** @param refuse what is said to those that are refused; default: QUEUE_FULL. */
  constructor(refuse = queueFull) {
    this.refuse = refuse;
  }

  /** As `refusal`, of one that may yet turn out to be nobody's: others notice nothing of it. */
  look(places: Places, priority: Priority): OslerError | null {
    return this.isFull(places) && this.lastBelow(priority) === undefined ? this.refuse(this.open.size) : null;
  }

  /** Why one more is too many; null where it is not, and `enter` has a place for it. It counts as a sign of too much load. */
  refusal(places: Places, priority: Priority = 'normal'): OslerError | null {
    if (!this.isFull(places) || this.lastBelow(priority) !== undefined) return null;
    return this.refused(places);
  }

  /**
   * Until its connection has the answer, or is gone: then what was asked on it is not computed, unless it is begun. Belongs behind
   * `refusal`, with the same places.
   */
  enter(request: FastifyRequest, reply: FastifyReply, places: Places, priority: Priority = 'normal'): void {
    if (this.isFull(places)) {
      const error = this.refused(places);
      const last = this.lastBelow(priority);
      if (last !== undefined) this.dismiss(last, error);
    }
    const wanted = new AbortController();
    request.wanted = wanted.signal;
    this.open.set(reply, { request, priority, wanted, begun: false });
    reply.raw.once('close', () => {
      this.leave(reply);
      if (!reply.raw.writableFinished) wanted.abort(new OslerError('INTERRUPTED', 'The client went away.'));
    });
  }

  /** What its body said, which was not known before. */
  rank(reply: FastifyReply, priority: Priority): void {
    const place = this.open.get(reply);
    if (place !== undefined) place.priority = priority;
  }

  /** The first of its several images is being computed: from now on it keeps its place to the end. */
  begin(reply: FastifyReply): void {
    const place = this.open.get(reply);
    if (place !== undefined) place.begun = true;
  }

  /** Its answer is on its way. */
  leave(reply: FastifyReply): void {
    this.open.delete(reply);
  }

  private isFull({ most, short }: Places): boolean {
    return this.open.size >= (this.isShort(performance.now()) ? Math.min(short, most) : most);
  }

  private isShort(now: number): boolean {
    return now - this.refusing.last < CALM_MS && now - this.refusing.short < SHORT_MS;
  }

  private refused({ short }: Places): OslerError {
    const now = performance.now();
    const { refusing } = this;
    if (!this.isShort(now)) refusing.short = now;
    if (now - refusing.last >= CALM_MS) refusing.since = now;
    refusing.last = now;
    const error = this.refuse(this.open.size);
    if (now - refusing.since < BURST_MS) return error;
    for (const reply of this.whole().slice(short)) if (!this.open.get(reply)!.begun) this.dismiss(reply, error);
    return error;
  }

  /**
   * Those that have arrived, by priority and then in their order. What still arrives waits for nothing here: a slow sender takes no place
   * from what is whole, and is not cut off.
   */
  private whole(): FastifyReply[] {
    return [...this.open]
      .filter(([, { request }]) => request.raw.complete)
      .sort(([, a], [, b]) => byPriority(a.priority, b.priority))
      .map(([reply]) => reply);
  }

  /** The one whose place one of this priority may take. */
  private lastBelow(priority: Priority): FastifyReply | undefined {
    const last = this.whole().findLast((reply) => !this.open.get(reply)!.begun);
    return last !== undefined && byPriority(priority, this.open.get(last)!.priority) < 0 ? last : undefined;
  }

  /** One that is being computed is answered all the same. */
  private dismiss(reply: FastifyReply, error: OslerError): void {
    this.open.get(reply)?.wanted.abort(error);
    this.open.delete(reply);
  }
}

const queueFull = (underWay: number): OslerError => new RefusedError(`${underWay} requests are under way already.`, 1);

/**
 * Refuses before all other hooks, in one write: under ten times the load that can be answered, what is refused must not cost what would
 * answer others. Belongs before every other `onRequest` hook.
 * @param whoAsks as `refuses` is told.
 */
export function registerRefusals(app: FastifyInstance, whoAsks: (request: FastifyRequest) => Caller | null): void {
  app.decorateRequest('wanted', null);
  app.addHook('onRequest', (request, reply, done) => {
    const error = request.routeOptions.config.refuses?.(request, whoAsks(request)) ?? null;
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
