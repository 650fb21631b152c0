/** What went wrong, in the server's own words. */
export class Fault extends Error {
  override readonly name = 'Fault';
  /** Names the kind of mistake for ever; `OFFLINE` where no answer came. */
  readonly code: string;
  readonly hint: string | undefined;
  /** HTTP; 0 where no answer came. */
  readonly status: number;
  /** By which the server's log knows the request. */
  readonly requestId: string | undefined;

  constructor(said: {
    code: string;
    message: string;
    hint?: string | undefined;
    status?: number;
    requestId?: string | undefined;
  }) {
    super(said.message);
    this.code = said.code;
    this.hint = said.hint;
    this.status = said.status ?? 0;
    this.requestId = said.requestId;
  }
}

/** Of a response that is no success. */
export function faultOf(response: Response, body: unknown): Fault {
  const said = (body as { error?: { code?: unknown; message?: unknown; hint?: unknown } } | null | undefined)?.error;
  return new Fault({
    code: typeof said?.code === 'string' ? said.code : 'INTERNAL',
    message: typeof said?.message === 'string' ? said.message : `The server answered with ${response.status}.`,
    hint: typeof said?.hint === 'string' ? said.hint : undefined,
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? undefined,
  });
}

/** Where no answer came at all. */
export function offline(cause: unknown): Fault {
  if (cause instanceof Fault) return cause;
  if ((cause as Error | undefined)?.name === 'AbortError') throw cause;
  return new Fault({
    code: 'OFFLINE',
    message: 'The server does not answer.',
    hint: 'Is it still running? Start it with: osler server',
  });
}

/** Whatever was thrown, as something that can be shown. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault({ code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) });
}
