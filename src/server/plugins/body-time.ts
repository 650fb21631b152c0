import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody, OslerError } from '../../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its body may take any time, as long as it moves: artifacts of any size. */
    streams?: boolean;
  }
}

const LOOK_MS = 1_000;
/** For the rest of a body after its answer: a client that is still sending should have the time to read it. */
const REST_MS = 2_000;

/**
 * Ends requests whose body does not arrive within `seconds`: a client that sends a byte now and then may not hold its place. Kept in one
 * map that is looked through each second, so that a request costs no timer.
 */
export function registerBodyTime(app: FastifyInstance, seconds: number): void {
  const open = new Map<FastifyRequest, { reply: FastifyReply; until: number }>();
  app.addHook('onRequest', (request, reply, done) => {
    refuseEncoded(request);
    const { headers } = request;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    if (hasBody && request.routeOptions.config.streams !== true)
      open.set(request, { reply, until: Date.now() + seconds * 1_000 });
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { raw } = request;
    if (!raw.complete && !raw.destroyed) {
      // Who read it has stopped half way, and nobody else would: the connection would stand there until its client gives up.
      raw.unpipe();
      raw.resume();
      open.set(request, { reply, until: Date.now() + REST_MS });
    }
    done();
  });
  const timer = setInterval(() => {
    const now = Date.now();
    for (const [request, { reply, until }] of open) {
      if (request.raw.complete || request.raw.destroyed) open.delete(request);
      else if (until <= now) {
        open.delete(request);
        refuse(request, reply, seconds);
      }
    }
  }, LOOK_MS);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

/** A body is what it says: what would grow on being unpacked is not taken. */
function refuseEncoded({ headers, routeOptions }: FastifyRequest): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity' || routeOptions.config.streams === true) return;
  throw new OslerError('IMAGE_TYPE', 'The body is compressed; this server takes it as it is.', {
    hint: 'Send it without Content-Encoding.',
  });
}

function refuse(request: FastifyRequest, reply: FastifyReply, seconds: number): void {
  const error = new OslerError('TOO_SLOW', `The request did not arrive within ${seconds} seconds.`);
  const { raw } = reply;
  if (raw.headersSent) return void request.raw.destroy();
  reply.hijack();
  const headers = { 'content-type': 'application/json; charset=utf-8', connection: 'close' };
  raw.writeHead(error.httpStatus, { ...(reply.getHeaders() as OutgoingHttpHeaders), ...headers });
  raw.end(JSON.stringify(errorBody(error)), () => request.raw.destroy());
}
