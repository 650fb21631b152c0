import type { FastifyError, FastifyInstance } from 'fastify';
import { type ErrorCode, OslerError } from '../../errors.ts';

/** MLflow's error codes with their HTTP status; its client makes exceptions of them. */
const CODES = {
  BAD_REQUEST: { status: 400, class: 'INVALID_PARAMETER_VALUE' },
  INVALID_PARAMETER_VALUE: { status: 400, class: 'INVALID_PARAMETER_VALUE' },
  RESOURCE_ALREADY_EXISTS: { status: 400, class: 'RESOURCE_ALREADY_EXISTS' },
  RESOURCE_DOES_NOT_EXIST: { status: 404, class: 'RESOURCE_NOT_FOUND' },
  ENDPOINT_NOT_FOUND: { status: 404, class: 'RESOURCE_NOT_FOUND' },
  PERMISSION_DENIED: { status: 403, class: 'PERMISSION_DENIED' },
  UNAUTHENTICATED: { status: 401, class: undefined },
  REQUEST_LIMIT_EXCEEDED: { status: 429, class: undefined },
  RESOURCE_CONFLICT: { status: 409, class: 'RESOURCE_CONFLICT' },
  NOT_IMPLEMENTED: { status: 501, class: undefined },
  INTERNAL_ERROR: { status: 500, class: 'CLIENT_INTERNAL_ERROR' },
  INVALID_STATE: { status: 500, class: 'CLIENT_INTERNAL_ERROR' },
  TEMPORARILY_UNAVAILABLE: { status: 503, class: 'CLIENT_INTERNAL_ERROR' },
} as const;
export type MlflowCode = keyof typeof CODES;

/** An error in MLflow's own words. */
export class MlflowError extends Error {
  readonly code: MlflowCode;

  constructor(code: MlflowCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function invalid(message: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', message);
}

const OSLER: Partial<Record<ErrorCode, MlflowCode>> = {
  NOT_FOUND: 'RESOURCE_DOES_NOT_EXIST',
  ALREADY_EXISTS: 'RESOURCE_ALREADY_EXISTS',
  OVERLOADED: 'TEMPORARILY_UNAVAILABLE',
  STORE_FAILED: 'TEMPORARILY_UNAVAILABLE',
  NOT_APPROVED: 'PERMISSION_DENIED',
  FORBIDDEN: 'PERMISSION_DENIED',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  RATE_LIMITED: 'REQUEST_LIMIT_EXCEEDED',
  CHANGED_MEANWHILE: 'RESOURCE_CONFLICT',
};

/** Within `scope` every error leaves as MLflow's `{error_code, message}`. What is not the client's fault is logged with its stack. */
export function registerMlflowErrors(scope: FastifyInstance): void {
  scope.setErrorHandler((error: FastifyError, request, reply) => {
    const known = translate(error);
    const { status } = CODES[known.code];
    if (status >= 500 && status !== 501) request.log.error({ err: error }, 'request failed');
    // A file that could not be sent had its own.
    for (const name of ['content-length', 'content-disposition', 'etag']) reply.removeHeader(name);
    return reply.code(status).type('application/json').send(errorBody(known.code, known.message));
  });
}

/** As MLflow says it: the class and SQLSTATE are of its newer versions. */
function errorBody(code: MlflowCode, message: string): Record<string, string> {
  const kind = CODES[code];
  const more =
    kind.class === undefined ? {} : { sqlstate: kind.status < 500 ? 'KAM00' : 'XXM00', error_class: kind.class };
  return { error_code: code, message, ...more };
}

export function notFound(method: string, path: string): Record<string, string> {
  const what = `There is no ${method} ${path.slice(0, 200)}.`;
  return errorBody('ENDPOINT_NOT_FOUND', `${what} Osler answers MLflow's tracking, artifact and registry routes.`);
}

function translate(error: FastifyError): MlflowError {
  if (error instanceof MlflowError) return error;
  if (error instanceof OslerError) {
    const code = OSLER[error.code];
    if (code !== undefined) return new MlflowError(code, error.message);
    // A hint helps the person who reads the traceback; MLflow has no field for one.
    const message = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
    return new MlflowError(error.httpStatus < 500 ? 'INVALID_PARAMETER_VALUE' : 'INTERNAL_ERROR', message);
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new MlflowError('BAD_REQUEST', error.message);
  return new MlflowError('INTERNAL_ERROR', 'The server failed to answer; its log says why.');
}
