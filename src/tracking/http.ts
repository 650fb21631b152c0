/** Why a server did not do what it was asked, and so what is to be done now. */
export type Failure =
  /** Away, slow, overloaded: again later. */
  | 'passing'
  /** It will never take this. */
  | 'refused'
  /** A credential is missing or wrong: nothing will go through until a person has mended that. */
  | 'denied';

export class RemoteError extends Error {
  readonly failure: Failure;
  /** Milliseconds the server asks to be left alone. */
  readonly wait: number | undefined;
  readonly status: number | undefined;

  constructor(failure: Failure, message: string, options: { wait?: number; status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.failure = failure;
    this.wait = options.wait;
    this.status = options.status;
  }
}

export interface Ask {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  json?: unknown;
  body?: Blob | string | Uint8Array<ArrayBuffer>;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** Counts what goes over the wire, for `osler tracking compare`. */
export interface Traffic {
  requests: number;
  /** Of them, those that the server said anything to. */
  answers: number;
  bytes: number;
  /** Spent waiting for answers. */
  milliseconds: number;
}

/** The answer's body. Throws RemoteError for anything but 2xx, and when there is no answer in time. */
export async function ask(url: string, request: Ask, traffic?: Traffic): Promise<Uint8Array> {
  const body = request.json === undefined ? request.body : JSON.stringify(request.json);
  if (traffic !== undefined) {
    traffic.requests += 1;
    traffic.bytes += sizeOf(body);
  }
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
  const before = performance.now();
  let response: Response;
  let answer: Uint8Array;
  try {
    response = await fetch(url, {
      method: request.method,
      headers: {
        ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...request.headers,
      },
      signal,
      ...(body === undefined ? {} : { body }),
    });
    answer = await response.bytes();
  } catch (cause) {
    if (traffic !== undefined) traffic.milliseconds += performance.now() - before;
    const late = timeout.aborted ? `no answer within ${request.timeoutMs / 1000} s` : reasonOf(cause);
    throw new RemoteError('passing', `${originOf(url)}: ${late}`, { cause });
  }
  if (traffic !== undefined) {
    traffic.milliseconds += performance.now() - before;
    traffic.answers += 1;
  }
  if (response.ok) return answer;
  const { status } = response;
  const wait = Number(response.headers.get('retry-after')) * 1000;
  throw new RemoteError(kindOf(status), `${originOf(url)} answered ${status}: ${wordsOf(answer)}`, {
    status,
    ...(wait > 0 ? { wait } : {}),
  });
}

/** The answer's body as it comes, of any length. Throws as `ask` does; `passing` where it breaks off. */
export async function* askStream(url: string, request: Ask): AsyncGenerator<Uint8Array, void, undefined> {
  const { method, headers = {}, timeoutMs } = request;
  try {
    const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) {
      const { status } = response;
      const words = wordsOf(await response.bytes());
      throw new RemoteError(kindOf(status), `${originOf(url)} answered ${status}: ${words}`, { status });
    }
    if (response.body !== null) yield* response.body;
  } catch (cause) {
    if (cause instanceof RemoteError) throw cause;
    throw new RemoteError('passing', `${originOf(url)}: ${reasonOf(cause)}`, { cause });
  }
}

export async function askJson(url: string, request: Ask, traffic?: Traffic): Promise<unknown> {
  const text = Buffer.from(await ask(url, request, traffic)).toString('utf8');
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (cause) {
    // A proxy's page for people, for one.
    throw new RemoteError('passing', `${originOf(url)} answered with something else than JSON: ${text.slice(0, 80)}`, {
      cause,
    });
  }
}

function kindOf(status: number): Failure {
  if (status === 401 || status === 403) return 'denied';
  return status >= 500 || [408, 425, 429].includes(status) ? 'passing' : 'refused';
}

/** The sentence in an error's body, as MLflow and W&B write it, or its beginning. */
function wordsOf(body: Uint8Array): string {
  const text = Buffer.from(body).toString('utf8');
  try {
    const parsed = JSON.parse(text) as { message?: string; error?: unknown; error_code?: string };
    if (typeof parsed.message === 'string') return parsed.message;
    if (typeof parsed.error === 'string') return parsed.error;
  } catch {
    // Not JSON: its beginning will do.
  }
  return text.slice(0, 200).replaceAll(/\s+/g, ' ').trim() || 'no words';
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}

/** Without path, name and password. */
export function originOf(url: string): string {
  return URL.parse(url)?.origin ?? url;
}

function sizeOf(body: Ask['body']): number {
  if (body === undefined) return 0;
  if (typeof body === 'string') return Buffer.byteLength(body);
  return body instanceof Uint8Array ? body.byteLength : body.size;
}
