/**
 * Every error a person can see. A code names one kind of mistake for ever: scripts and the API's clients match on it.
 * `exit` is the command line's exit code (1 failed, 2 wrong usage or input, 130 interrupted), `status` the HTTP status.
 */
const CODES = {
  USAGE: { exit: 2, status: 400 },
  NOT_FOUND: { exit: 2, status: 404 },
  ALREADY_EXISTS: { exit: 2, status: 409 },
  CONFIG_INVALID: { exit: 2, status: 400 },
  DATA_INVALID: { exit: 2, status: 400 },
  LEAKY_SPLIT: { exit: 2, status: 409 },
  IMAGE_UNREADABLE: { exit: 2, status: 400 },
  IMAGE_TOO_LARGE: { exit: 2, status: 413 },
  IMAGE_TYPE: { exit: 2, status: 415 },
  WEIGHTS_INVALID: { exit: 2, status: 400 },
  BUNDLE_INVALID: { exit: 2, status: 400 },
  ARTIFACT_ALTERED: { exit: 1, status: 500 },
  BUNDLE_ALTERED: { exit: 1, status: 500 },
  EXPORT_MISMATCH: { exit: 1, status: 500 },
  // The launcher's own, said before any of this runs.
  SETUP_FAILED: { exit: 1, status: 500 },
  ENGINE_MISSING: { exit: 1, status: 500 },
  ENGINE_FAILED: { exit: 1, status: 500 },
  DIVERGED: { exit: 1, status: 500 },
  TENSOR_DISPOSED: { exit: 1, status: 500 },
  STORE_FAILED: { exit: 1, status: 503 },
  NOT_APPROVED: { exit: 2, status: 403 },
  CLASSES_DIFFER: { exit: 2, status: 409 },
  UNAUTHENTICATED: { exit: 2, status: 401 },
  FORBIDDEN: { exit: 2, status: 403 },
  RATE_LIMITED: { exit: 1, status: 429 },
  TOO_SLOW: { exit: 1, status: 408 },
  CHANGED_MEANWHILE: { exit: 1, status: 409 },
  REMOTE_FAILED: { exit: 1, status: 502 },
  DOWNLOAD_FAILED: { exit: 1, status: 502 },
  KEY_MISSING: { exit: 2, status: 503 },
  SOURCE_GONE: { exit: 1, status: 503 },
  NOT_REPRODUCED: { exit: 1, status: 500 },
  INTERRUPTED: { exit: 130, status: 503 },
  OVERLOADED: { exit: 1, status: 503 },
  QUEUE_FULL: { exit: 1, status: 429 },
  DEADLINE_EXCEEDED: { exit: 1, status: 504 },
  INTERNAL: { exit: 1, status: 500 },
} as const satisfies Record<string, { exit: number; status: number }>;

export type ErrorCode = keyof typeof CODES;

export interface ErrorOptions {
  /** What to do next, one sentence. */
  hint?: string;
  cause?: unknown;
}

/** An error with a code, a sentence that names the thing at fault, and a hint that says what to do next. */
export class OslerError extends Error {
  override readonly name: string = 'OslerError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }

  get exitCode(): number {
    return CODES[this.code].exit;
  }

  get httpStatus(): number {
    return CODES[this.code].status;
  }
}

/** The one shape in which an error leaves Osler, on the command line with `--json` and over HTTP. */
export function errorBody(error: unknown): { error: { code: ErrorCode; message: string; hint?: string } } {
  const known =
    error instanceof OslerError ? error : new OslerError('INTERNAL', String((error as Error)?.message ?? error));
  return {
    error: { code: known.code, message: known.message, ...(known.hint === undefined ? {} : { hint: known.hint }) },
  };
}
