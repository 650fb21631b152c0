/**
 * Images a second of training, Osler against stock PyTorch eager (Debian's python3-torch and -torchvision, channels_last, the same
 * batch, threads, precision and optimiser):
 *
 *     ./osler bench train [--models efficientnet_b0,resnet18] [--precisions f32,bf16] [--steps 6] [--rounds 4]
 *                             [--batch 16] [--size 224] [--threads 2] [--json]
 *
 * Both stay in memory and take turns (A B A B ...), so that what else the machine does hits both. Printed are the medians over the
 * rounds of img/s by the clock and of images per second of processor time, and the median ratio of neighbouring rounds.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { childEnvironment } from '../../src/config/environment.ts';
import { trainingEnvironment } from '../../src/torch/environment.ts';

const { values: options } = parseArgs({
  options: {
    models: { type: 'string', default: 'efficientnet_b0,resnet18' },
    precisions: { type: 'string', default: 'f32,bf16' },
    steps: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '4' },
    batch: { type: 'string', default: '16' },
    size: { type: 'string', default: '224' },
    threads: { type: 'string', default: '2' },
    python: { type: 'string', default: '/usr/bin/python3' },
    json: { type: 'boolean', default: false },
  },
});
const [steps, rounds, batch, threads] = [options.steps, options.rounds, options.batch, options.threads].map(Number) as [
  number,
  number,
  number,
  number,
];
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const Answer = z.object({ seconds: z.number(), cpuSeconds: z.number(), loss: z.number(), rss: z.number() });
type Answer = z.infer<typeof Answer>;

/** One of the two sides: a process that trains as many steps as it is told to. */
class Side {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly name: string;

  constructor(name: string, command: string, args: string[], env: NodeJS.ProcessEnv) {
    this.name = name;
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async line(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.name} ended early; its message stands above`);
    return JSON.parse(value);
  }

  async train(count: number): Promise<Answer> {
    this.#process.stdin.write(`${count}\n`);
    return Answer.parse(await this.line());
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.stdin.end();
    await once(this.#process, 'exit');
  }
}

const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

interface Row {
  model: string;
  precision: string;
  osler: number;
  stock: number;
  ratio: number;
  /** Images per second of processor time. */
  cpu: { osler: number; stock: number; ratio: number };
  megabytes: { osler: number; stock: number };
}

async function compare(model: string, precision: string): Promise<Row> {
  const args = [model, precision, options.batch, options.size, options.threads];
  const flags = ['model', 'precision', 'batch', 'size', 'threads'].flatMap((flag, i) => [`--${flag}`, args[i]!]);
  const stock = new Side('stock PyTorch', options.python, [here('peer.py'), ...flags], childEnvironment({}));
  const osler = new Side(
    'Osler',
    process.execPath,
    [here('osler.ts'), ...flags],
    childEnvironment(trainingEnvironment(threads)),
  );
  const results: [Answer, Answer][] = [];
  try {
    for (const side of [osler, stock]) {
      await side.line();
      await side.train(2);
    }
    for (let round = 0; round < rounds; round++) results.push([await osler.train(steps), await stock.train(steps)]);
  } finally {
    await Promise.all([osler.close(), stock.close()]);
  }
  const images = steps * batch;
  const rate = (side: 0 | 1, key: 'seconds' | 'cpuSeconds'): number =>
    median(results.map((r) => images / r[side][key]));
  const ratio = (key: 'seconds' | 'cpuSeconds'): number => median(results.map(([a, b]) => b[key] / a[key]));
  const last = results[results.length - 1]!;
  return {
    model,
    precision,
    osler: rate(0, 'seconds'),
    stock: rate(1, 'seconds'),
    ratio: ratio('seconds'),
    cpu: { osler: rate(0, 'cpuSeconds'), stock: rate(1, 'cpuSeconds'), ratio: ratio('cpuSeconds') },
    megabytes: { osler: last[0].rss / 2 ** 20, stock: last[1].rss / 2 ** 20 },
  };
}

const rows: Row[] = [];
for (const model of options.models.split(',')) {
  for (const precision of options.precisions.split(',')) {
    const row = await compare(model, precision);
    rows.push(row);
    if (options.json) continue;
    const n = (value: number): string => value.toFixed(1).padStart(6);
    process.stdout.write(
      `${model.padEnd(16)} ${precision.padEnd(5)} Osler ${n(row.osler)} img/s, stock ${n(row.stock)}, ratio ${row.ratio.toFixed(2)}` +
        ` | per CPU second ${n(row.cpu.osler)} / ${n(row.cpu.stock)}, ratio ${row.cpu.ratio.toFixed(2)}` +
        ` | RSS ${Math.round(row.megabytes.osler)} / ${Math.round(row.megabytes.stock)} MiB\n`,
    );
  }
}
if (options.json) process.stdout.write(`${JSON.stringify({ batch, size: Number(options.size), threads, rows })}\n`);
