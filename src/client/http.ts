import { OslerError } from './error.ts';

export interface ClientOptions {
  /** Of the server, as in `http://127.0.0.1:5000`; in a browser, where absent, the page's own. */
  url?: string;
  /** An API key (`osler keys create`), or a token of the identity provider; or what gives one each time. */
  key?: string | (() => string | Promise<string>);
  /** Tries after the first one, where the server asks to come back or can't be reached; default 4. */
  retries?: number;
  /** Milliseconds to wait at most between two tries, whatever the server asks for; default 30 s. */
  maxWaitMs?: number;
  /** Milliseconds for one try; default 60 s. */
  timeoutMs?: number;
  /** In the place of the platform's own. */
  fetch?: typeof fetch;
  /** Sent with each request. */
  headers?: Record<string, string>;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

export interface Call extends CallOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  query?: Query;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is; made anew for each try. */
  body?: () => NonNullable<RequestInit['body']>;
  headers?: Record<string, string>;
  /** Whether it may be sent twice; default for GET. A request that the server refused to begin (429, 503) always may; a store that failed may have done it. */
  repeatable?: boolean;
}

const BUSY = [429, 503];

/** Speaks to one server: addresses, the key, errors, and trying again when the server says so. */
export class Http {
  private readonly base: string;
  private readonly options: ClientOptions;

  constructor(options: ClientOptions) {
    const own = (globalThis as { location?: { origin?: string } }).location?.origin;
    const url = options.url ?? own;
    if (url === undefined || url === 'null')
      throw new TypeError('Name the server: new Osler({ url: "http://127.0.0.1:5000" })');
    if (!isAddress(url, own)) throw new TypeError(`"${url}" is no address of a server, as in http://127.0.0.1:5000.`);
    this.base = url.replace(/\/+$/, '');
    this.options = options;
  }

  async json<T>(path: string, call: Call = {}): Promise<T> {
    const response = await this.send(path, call);
    const text = await response.text();
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  /** The answer, once it is a good one. Throws OslerError, and the signal's reason. */
  async send(path: string, call: Call = {}): Promise<Response> {
    const { retries = 4 } = this.options;
    for (let tries = 0; ; tries++) {
      // What the caller's own function throws is the caller's: it is no server that can't be reached.
      const token = await this.token();
      const outcome = await this.once(path, call, token).catch((error: unknown) => {
        call.signal?.throwIfAborted();
        return error instanceof OslerError ? error : unreached(error);
      });
      if (outcome instanceof Response && outcome.ok) return outcome;
      const error = outcome instanceof Response ? await refusal(outcome) : outcome;
      const repeatable = call.repeatable ?? (call.method === undefined || call.method === 'GET');
      const begun = error.status === 0 || error.code === 'STORE_FAILED';
      const again = begun ? repeatable : BUSY.includes(error.status);
      if (!again || tries >= retries) throw error;
      await this.wait(tries, outcome instanceof Response ? outcome.headers.get('retry-after') : null, call.signal);
    }
  }

  private async token(): Promise<string | undefined> {
    const { key } = this.options;
    return typeof key === 'function' ? key() : key;
  }

  private async once(
    path: string,
    { method = 'GET', query, json, body, headers: own, signal }: Call,
    token: string | undefined,
  ): Promise<Response> {
    // Before a form is made: Node's fetch, given an aborted signal, ends the process over the form's stream.
    signal?.throwIfAborted();
    const { headers, timeoutMs = 60_000, fetch: send = fetch } = this.options;
    const timeout = AbortSignal.timeout(timeoutMs);
    return send(this.base + path + queryText(query), {
      method,
      headers: {
        accept: 'application/json',
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...own,
        ...headers,
      },
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(body === undefined ? {} : { body: body() }),
    });
  }

  /** As long as the server asks for; else twice as long as the time before. Never in step with other clients. */
  private async wait(tries: number, retryAfter: string | null, signal: AbortSignal | undefined): Promise<void> {
    const { maxWaitMs = 30_000 } = this.options;
    const asked = secondsOf(retryAfter);
    const least = asked === null ? 250 * 2 ** tries : asked * 1_000;
    const wait = Math.min(maxWaitMs, least * (1 + 0.25 * Math.random()));
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal!.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, wait);
      if (signal?.aborted) stop();
      else signal?.addEventListener('abort', stop, { once: true });
    });
  }
}

/** With a page's own address also one below it. */
function isAddress(url: string, own: string | undefined): boolean {
  try {
    return /^https?:$/.test(new URL(url, own).protocol);
  } catch {
    return false;
  }
}

/** `Retry-After`: seconds, or a date. */
function secondsOf(text: string | null): number | null {
  if (text === null || text.trim() === '') return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, (date - Date.now()) / 1_000);
}

function queryText(query: Query = {}): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) pairs.append(name, String(one));
  }
  const text = pairs.toString();
  return text === '' ? '' : `?${text}`;
}

function unreached(cause: unknown): OslerError {
  const late = (cause as { name?: string } | null)?.name === 'TimeoutError';
  return new OslerError(late ? 'The server gave no answer in time.' : 'The server can not be reached.', {
    code: late ? 'TIMEOUT' : 'NETWORK',
    status: 0,
    cause,
  });
}

async function refusal(response: Response): Promise<OslerError> {
  const { status } = response;
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const text = await response.text().catch(() => '');
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string; hint?: string } };
    return new OslerError(error.message, { code: error.code, hint: error.hint, status, requestId });
  } catch {
    return new OslerError(`The server answered with ${status}.`, { code: `HTTP_${status}`, status, requestId });
  }
}
