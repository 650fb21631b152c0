/** `osler serve` in a process of its own, for tests of what befalls it. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../src/config/environment.ts';
import type { Deep, Ready } from '../src/server/routes/health/contract.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

export interface ServeOptions {
  home: string;
  args: readonly string[];
  env?: Record<string, string>;
  /** What is put before the command: `unshare -m sh -c ...`. It must end in a program that starts the rest. */
  before?: readonly string[];
  /** A file descriptor for its log; default: it is collected. */
  stderr?: number;
}

export class Served {
  readonly child: ChildProcessByStdio<null, Readable, Readable | null>;
  /** Its log so far. */
  said = '';
  url = '';

  constructor({ home, args, env = {}, before = [], stderr }: ServeOptions) {
    const [program, ...rest] = [...before, process.execPath, '--disable-warning=ExperimentalWarning', MAIN, ...args];
    this.child = spawn(program!, [...rest, '--port', '0', '--json'], {
      stdio: ['ignore', 'pipe', stderr ?? 'pipe'],
      env: childEnvironment({ OSLER_HOME: home, NO_COLOR: '1', OSLER_USER: 'carl', ...env }),
    }) as Served['child'];
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said += text;
    });
  }

  /** Once it listens. Throws what it said where it ended instead. */
  async ready(): Promise<this> {
    let text = '';
    for await (const chunk of this.child.stdout.iterator({ destroyOnReturn: false })) {
      text += chunk;
      if (text.trimEnd().endsWith('}')) break;
    }
    const { url } = JSON.parse(text || '{}') as { url?: string };
    if (url === undefined) throw new Error(`it did not listen: ${this.said}${text}`);
    this.url = url;
    return this;
  }

  /** Exit code, or the signal's name. */
  async ended(): Promise<number | string> {
    const { exitCode, signalCode } = this.child;
    if (exitCode !== null || signalCode !== null) return exitCode ?? signalCode!;
    const [code, signal] = (await once(this.child, 'exit')) as [number | null, string | null];
    return code ?? signal!;
  }

  end(): Promise<number | string> {
    this.child.kill('SIGTERM');
    return this.ended();
  }

  async post<T>(
    path: string,
    image: Buffer,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: T }> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'image/png', ...headers },
      body: image as unknown as NonNullable<RequestInit['body']>,
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  async get<T>(path: string): Promise<{ status: number; body: T }> {
    const response = await fetch(`${this.url}${path}`);
    return { status: response.status, body: (await response.json()) as T };
  }

  async isReady(): Promise<Ready> {
    return (await this.get<Ready>('/health/ready')).body;
  }

  async health(): Promise<Deep> {
    return (await this.get<Deep>('/health/deep')).body;
  }
}
