import { connect, type Socket } from 'node:net';

/**
 * A client that sends one request after another over one connection; answers are read whole. On two cores that it shares with the
 * servers, a client of some comfort would be a large part of what a short call takes: it knows answers that say their length, and no others.
 */
export class Client {
  private readonly url: URL;
  private socket: Socket | undefined;

  constructor(url: string) {
    this.url = new URL(url);
  }

  /** Throws unless the answer is 200. */
  post(path: string, body: Buffer | string): Promise<Buffer> {
    return this.send('POST', path, body);
  }

  get(path: string): Promise<Buffer> {
    return this.send('GET', path);
  }

  async json<T>(path: string, body: unknown): Promise<T> {
    return JSON.parse((await this.post(path, JSON.stringify(body))).toString('utf8')) as T;
  }

  close(): void {
    this.socket?.destroy();
  }

  private send(method: string, path: string, body?: Buffer | string): Promise<Buffer> {
    const { hostname, port, host } = this.url;
    const about =
      body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
    const head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${about}\r\n`;
    if (this.socket === undefined || this.socket.destroyed) {
      this.socket = connect({ host: hostname, port: Number(port), noDelay: true });
    }
    const { socket } = this;
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let length = 0;
      let whole: number | undefined;
      let start = 0;
      const settle = (outcome: () => void): void => {
        socket.off('data', read).off('error', fail).off('close', fail);
        outcome();
      };
      const fail = (error?: unknown): void =>
        settle(() =>
          reject(error instanceof Error ? error : new Error(`${method} ${path}: the connection was closed`)),
        );
      const read = (chunk: Buffer): void => {
        chunks.push(chunk);
        length += chunk.length;
        if (whole === undefined) {
          const so = chunks.length === 1 ? chunk : Buffer.concat(chunks);
          start = so.indexOf('\r\n\r\n') + 4;
          if (start < 4) return;
          const said = /\r\ncontent-length: *(\d+)/i.exec(so.toString('latin1', 0, start));
          if (said === null) {
            fail(new Error(`${method} ${path}: an answer without its length`));
            return;
          }
          whole = start + Number(said[1]);
        }
        if (length < whole) return;
        const answer = chunks.length === 1 ? chunk : Buffer.concat(chunks);
        const status = answer.toString('latin1', 9, 12);
        const content = answer.subarray(start, whole);
        settle(() =>
          status === '200'
            ? resolve(content)
            : reject(new Error(`${method} ${path}: ${status} ${content.toString('utf8').slice(0, 300)}`)),
        );
      };
      socket.on('data', read).on('error', fail).on('close', fail);
      socket.write(typeof body === 'object' ? Buffer.concat([Buffer.from(head), body]) : head + (body ?? ''));
    });
  }
}

export interface Rate {
  requests: number;
  perSecond: number;
}

/**
 * Each client sends what `next` gives, for `seconds` after one that warms up, and ends the request that it has begun: a server that
 * needs longer than that for one is measured as well. The clients' rates are added.
 */
export async function rate(
  clients: readonly Client[],
  seconds: number,
  next: (client: number) => (client: Client) => Promise<unknown>,
): Promise<Rate> {
  const each = await Promise.all(
    clients.map(async (client, n) => {
      const call = next(n);
      await call(client);
      const begin = performance.now();
      let requests = 0;
      let now = begin;
      while (now < begin + seconds * 1_000) {
        await call(client);
        requests += 1;
        now = performance.now();
      }
      return { requests, perSecond: (requests / (now - begin)) * 1_000 };
    }),
  );
  const sum = (of: (one: Rate) => number): number => each.reduce((total, one) => total + of(one), 0);
  return { requests: sum((one) => one.requests), perSecond: sum((one) => one.perSecond) };
}
