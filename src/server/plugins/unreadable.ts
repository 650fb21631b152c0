import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody, OslerError } from '../../errors.ts';

/**
 * Addresses that the router can't read, before any route or hook: Osler's form of an error, and the headers that a browser must not do
 * without.
 */
export function answerUnreadable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 400;
  const known =
    error.code === 'FST_ERR_BAD_URL'
      ? new OslerError('USAGE', 'The address of the request cannot be read.', {
          hint: 'A "%" in it must be followed by two hexadecimal digits: %25 is a per cent sign.',
        })
      : new OslerError('USAGE', 'A part of the address is longer than this server reads.');
  reply
    .code(status)
    .headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    .type('application/json; charset=utf-8')
    .send(errorBody(known));
}

/** Requests that are no HTTP, or too long in their head, or too late: there is no request yet to answer in the usual way. */
export function answerBroken(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, known] = brokenError(error.code);
  const body = JSON.stringify(errorBody(known));
  const head = [
    `HTTP/1.1 ${status}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    'x-content-type-options: nosniff',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy();
}

function brokenError(code: string | undefined): [string, OslerError] {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const words = 'The head of the request is larger than this server reads (16 KiB).';
    return ['431 Request Header Fields Too Large', new OslerError('USAGE', words)];
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return ['408 Request Timeout', new OslerError('TOO_SLOW', 'The request did not arrive in time.')];
  }
  return ['400 Bad Request', new OslerError('USAGE', 'The request is no HTTP that can be read.')];
}
