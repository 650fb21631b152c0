import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, errorBody, OslerError } from '../../errors.ts';
import { sayIssue } from '../say-issue.ts';

/** Fastify's own refusals, in our words. Anything else with a 4xx keeps its message. */
const OWN: Record<string, { code: ErrorCode; message: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'IMAGE_TOO_LARGE', message: 'The request is larger than this server accepts.' },
  FST_REQ_FILE_TOO_LARGE: { code: 'IMAGE_TOO_LARGE', message: 'The file is larger than this server accepts.' },
  FST_FILES_LIMIT: {
    code: 'USAGE',
    message: 'The form has more files than this server reads; send one, in the field `file`.',
  },
  FST_PARTS_LIMIT: {
    code: 'USAGE',
    message: 'The form has more parts than this server reads; send one, in the field `file`.',
  },
  FST_FIELDS_LIMIT: {
    code: 'USAGE',
    message: 'The form has more fields than this server reads; send one file, in the field `file`.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'IMAGE_TYPE',
    message:
      'Send the image as multipart/form-data (field `file`), as raw bytes (image/* or application/octet-stream), or as JSON {"image": base64}.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'USAGE', message: 'The body is not valid JSON.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'USAGE', message: 'The body is empty; JSON {"image": base64} was expected.' },
};

/** Answers where there is no route; undefined: leaves it to the next one. */
export type NotFound = (
  request: FastifyRequest,
  reply: FastifyReply,
) => FastifyReply | Promise<FastifyReply> | undefined;

/** One shape for every error, nothing internal in it. What is not the client's fault is logged with its stack. */
export function registerErrors(app: FastifyInstance, notFound: NotFound = () => undefined): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = asOslerError(error);
    // Nobody waits any more for what a client that went away had asked.
    const told = known.httpStatus >= 500 && known.code !== 'OVERLOADED' && !reply.raw.destroyed;
    if (told) request.log.error({ err: error }, 'request failed');
    const later = known.code === 'OVERLOADED' || known.code === 'QUEUE_FULL';
    if (later && !reply.hasHeader('retry-after')) reply.header('retry-after', '1');
    const status =
      known.code === 'USAGE' && (error.statusCode ?? 0) >= 400 && (error.statusCode ?? 0) < 500
        ? error.statusCode!
        : known.httpStatus;
    // A file that could not be sent had its own.
    for (const name of ['content-length', 'content-disposition', 'etag']) reply.removeHeader(name);
    return reply.code(status).type('application/json; charset=utf-8').send(errorBody(known));
  });
  app.setNotFoundHandler((request, reply) => {
    const answered = notFound(request, reply);
    if (answered !== undefined) return answered;
    const path = request.url.split('?')[0]!.slice(0, 200);
    return reply.code(404).send(
      errorBody(
        new OslerError('NOT_FOUND', `There is no ${request.method} ${path}.`, {
          hint: 'See /docs for what there is.',
        }),
      ),
    );
  });
}

/** What Fastify calls the parts of a request. */
const PLACES: Record<string, string> = { body: 'body', querystring: 'query', params: 'address', headers: 'head' };

/** A framework's refusal in our words; what nobody foresaw as INTERNAL. */
export function asOslerError(error: FastifyError): OslerError {
  if (error instanceof OslerError) return error;
  const own = OWN[error.code ?? ''];
  if (own !== undefined) return new OslerError(own.code, own.message);
  const [issue] = error.validation ?? [];
  if (issue !== undefined) {
    const path = issue.instancePath.split('/').filter((part) => part !== '');
    const { keyword: code, message = '', params } = issue;
    return new OslerError(
      'USAGE',
      sayIssue({ ...params, code, path, message }, PLACES[error.validationContext ?? ''] ?? 'request'),
    );
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new OslerError('USAGE', error.message);
  return new OslerError('INTERNAL', 'The server failed to answer; its log says why.', { cause: error });
}
