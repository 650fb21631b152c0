import type { FastifyError, FastifyInstance } from 'fastify';
import { type ErrorCode, OslerError } from '../../errors.ts';

/** MLflow's error codes with their HTTP status; its client makes exceptions of them. */
const STATUS = {
  BAD_REQUEST: 400,
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  RESOURCE_DOES_NOT_EXIST: 404,
  ENDPOINT_NOT_FOUND: 404,
  PERMISSION_DENIED: 403,
  RESOURCE_CONFLICT: 409,
  NOT_IMPLEMENTED: 501,
  INTERNAL_ERROR: 500,
  INVALID_STATE: 500,
  TEMPORARILY_UNAVAILABLE: 503,
} as const;
export type MlflowCode = keyof typeof STATUS;

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
  NOT_APPROVED: 'PERMISSION_DENIED',
  CHANGED_MEANWHILE: 'RESOURCE_CONFLICT',
};

/** Within `scope` every error leaves as MLflow's `{error_code, message}`. What is not the client's fault is logged with its stack. */
export function registerMlflowErrors(scope: FastifyInstance): void {
  scope.setErrorHandler((error: FastifyError, request, reply) => {
    const known = translate(error);
    const status = STATUS[known.code];
    if (status >= 500 && status !== 501) request.log.error({ err: error }, 'request failed');
    return reply.code(status).send({ error_code: known.code, message: known.message });
  });
}

export function notFound(method: string, path: string): { error_code: MlflowCode; message: string } {
  const what = `There is no ${method} ${path.slice(0, 200)}.`;
  return {
    error_code: 'ENDPOINT_NOT_FOUND',
    message: `${what} Osler answers MLflow's tracking, artifact and registry routes.`,
  };
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
