import type { FastifyError, FastifyInstance } from 'fastify';
import { OslerError } from '../../../errors.ts';
import { RefusedError } from '../../../serving/deployments/gate.ts';
import { asOslerError } from '../../plugins/errors.ts';

/** Errors in another system's shape, with the status and the words that they have everywhere. */
export function answerErrors(app: FastifyInstance, body: (error: OslerError) => object): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = asOslerError(error);
    if (known.httpStatus >= 500 && known.code !== 'OVERLOADED') request.log.error({ err: error }, 'request failed');
    if (error instanceof RefusedError) reply.header('retry-after', String(error.retryAfter));
    else if ((known.code === 'OVERLOADED' || known.code === 'QUEUE_FULL') && !reply.hasHeader('retry-after'))
      reply.header('retry-after', '1');
    for (const name of ['content-length', 'inference-header-content-length']) reply.removeHeader(name);
    // As bytes: KServe's client reads the words only where the type is that and nothing more.
    const bytes = Buffer.from(JSON.stringify(body(known)), 'utf8');
    return reply.code(known.httpStatus).header('content-type', 'application/json').send(bytes);
  });
}

export function noVersion(model: string, version: string, those: readonly string[]): OslerError {
  return new OslerError('NOT_FOUND', `No version "${version.slice(0, 100)}" of ${model} answers here.`, {
    hint: `These do: ${those.join(', ')}.`,
  });
}
