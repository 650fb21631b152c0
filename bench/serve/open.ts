/**
 * A loader that keeps a rate whatever the server does: `node open.ts URL PATH RATE:SECONDS,RATE:SECONDS FILE...` posts the files in turn
 * as raw bytes, each at its moment, and measures from that moment. Prints one line of JSON for each phase. It speaks HTTP/1.1 over
 * kept-alive sockets by itself: a client that costs as much as the server would measure itself.
 */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Of one phase; milliseconds. */
export interface Phase {
  rate: number;
  sent: number;
  /** By status; 0: no answer. */
  statuses: Record<string, number>;
  accepted: Quantiles;
  refused: Quantiles;
  /** p99 of what was accepted and number of refusals, by quarter of a second. */
  windows: { p99: number; refused: number }[];
}
export interface Quantiles {
  p50: number;
  p99: number;
  max: number;
}

const WINDOW_MS = 250;
/** A client that gives up: it must not hold the measurement for ever. */
const PATIENCE_MS = 30_000;

const [address, path, plan, ...files] = process.argv.slice(2);
if (address === undefined || plan === undefined || files.length === 0)
  throw new Error('usage: open.ts URL PATH RATE:SECONDS,... FILE...');
const { hostname, port } = new URL(address);
const requests = files.map((file) => {
  const body = readFileSync(file);
  const head = `POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: image/jpeg\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
});

interface Answer {
  due: number;
  took: number;
  status: number;
}

/** One kept-alive connection with one request at a time. */
class Connection {
  private readonly socket: Socket;
  private text = '';
  private done: ((status: number) => void) | null = null;
  dead = false;

  constructor() {
    this.socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text: string) => this.read(text));
    this.socket.on('error', () => this.end());
    this.socket.on('close', () => this.end());
  }

  send(request: Buffer): Promise<number> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.end(), PATIENCE_MS);
      this.done = (status) => {
        clearTimeout(timer);
        resolve(status);
      };
      this.socket.write(request);
    });
  }

  end(): void {
    this.dead = true;
    this.socket.destroy();
    this.settle(0);
  }

  private read(text: string): void {
    this.text += text;
    const head = this.text.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: *(\d+)/i.exec(this.text.slice(0, head))?.[1]);
    if (this.text.length < head + 4 + length) return;
    const status = Number(this.text.slice(9, 12));
    this.text = this.text.slice(head + 4 + length);
    this.settle(status);
  }

  private settle(status: number): void {
    const { done } = this;
    this.done = null;
    done?.(status);
  }
}

const idle: Connection[] = [];
let turn = 0;

async function one(due: number): Promise<Answer> {
  let connection = idle.pop();
  while (connection?.dead === true) connection = idle.pop();
  connection ??= new Connection();
  const status = await connection.send(requests[turn++ % requests.length]!);
  if (!connection.dead) idle.push(connection);
  return { due, took: performance.now() - due, status };
}

for (const part of plan.split(',')) {
  const [rate, seconds] = part.split(':').map(Number) as [number, number];
  const answers: Promise<Answer>[] = [];
  const started = performance.now();
  const total = Math.round(rate * seconds);
  while (answers.length < total) {
    const now = performance.now();
    for (; answers.length < total; ) {
      const due = started + (answers.length * 1000) / rate;
      if (due > now) break;
      answers.push(one(due));
    }
    await sleep(2);
  }
  process.stdout.write(`${JSON.stringify(summary(rate, started, seconds, await Promise.all(answers)))}\n`);
}
// Not by `process.exit`: what a pipe has not taken yet, as of an hour's windows, would be lost.
for (const connection of idle) connection.end();

function summary(rate: number, started: number, seconds: number, answers: readonly Answer[]): Phase {
  const statuses: Record<string, number> = {};
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
  const isRefusal = ({ status }: Answer): boolean => status === 429 || status === 503;
  const accepted = answers.filter(({ status }) => status === 200);
  const byWindow = Map.groupBy(answers, ({ due }) => Math.floor((due - started) / WINDOW_MS));
  const windows = Array.from({ length: Math.ceil((seconds * 1000) / WINDOW_MS) }, (_, i) => {
    const within = byWindow.get(i) ?? [];
    const p99 = quantiles(within.filter(({ status }) => status === 200)).p99;
    return { p99, refused: within.filter(isRefusal).length };
  });
  return {
    rate,
    sent: answers.length,
    statuses,
    accepted: quantiles(accepted),
    refused: quantiles(answers.filter(isRefusal)),
    windows,
  };
}

function quantiles(answers: readonly Answer[]): Quantiles {
  const sorted = answers.map(({ took }) => took).sort((a, b) => a - b);
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? Number.NaN };
}
