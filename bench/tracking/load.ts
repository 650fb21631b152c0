import { Agent, request } from 'node:http';

/** A client that sends one request after another over one connection; answers are read whole. */
export class Client {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly base: URL;

  constructor(url: string) {
    this.base = new URL(url);
  }

  /** Throws unless the answer is 200. */
  post(path: string, body: Buffer | string): Promise<Buffer> {
    return this.send('POST', path, typeof body === 'string' ? Buffer.from(body) : body);
  }

  get(path: string): Promise<Buffer> {
    return this.send('GET', path);
  }

  async json<T>(path: string, body: unknown): Promise<T> {
    return JSON.parse((await this.post(path, JSON.stringify(body))).toString('utf8')) as T;
  }

  close(): void {
    this.agent.destroy();
  }

  private send(method: string, path: string, body?: Buffer): Promise<Buffer> {
    const { hostname, port } = this.base;
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length };
    return new Promise((resolve, reject) => {
      const call = request({ hostname, port, path, method, headers, agent: this.agent }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const whole = Buffer.concat(chunks);
          if (answer.statusCode === 200) resolve(whole);
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${whole.toString('utf8').slice(0, 300)}`));
        });
      });
      call.on('error', reject);
      call.end(body);
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
