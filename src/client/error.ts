/** What the server refused, in its own words; or, with the code `NETWORK` or `TIMEOUT` and status 0, that it gave no answer. */
export class OslerError extends Error {
  override readonly name: string = 'OslerError';
  /** Names one kind of mistake for ever: match on this. */
  readonly code: string;
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** What to do. */
  readonly hint: string | undefined;
  /** For whoever looks into the server's log. */
  readonly requestId: string | undefined;

  constructor(
    message: string,
    about: { code: string; status: number; hint?: string | undefined; requestId?: string | undefined; cause?: unknown },
  ) {
    super(message, about.cause === undefined ? undefined : { cause: about.cause });
    this.code = about.code;
    this.status = about.status;
    this.hint = about.hint;
    this.requestId = about.requestId;
  }
}
