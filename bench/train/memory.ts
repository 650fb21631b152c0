/**
 * Resident memory over many training steps; it must stay flat after the first hundred:
 *
 *     ./osler bench train/memory [--model efficientnet_b0] [--steps 500] [--size 64] [--batch 8] [--precision f32]
 *
 * Exits with 1 when the last value is over the one at the first fifth by more than 3%.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { childEnvironment } from '../../src/config/environment.ts';
import { trainingEnvironment } from '../../src/torch/environment.ts';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'efficientnet_b0' },
    steps: { type: 'string', default: '500' },
    size: { type: 'string', default: '64' },
    batch: { type: 'string', default: '8' },
    precision: { type: 'string', default: 'f32' },
  },
});
const Answer = z.object({ rss: z.number(), tensors: z.object({ count: z.number(), bytes: z.number() }) });
const { steps, ...flags } = options;
const part = Math.round(Number(steps) / 5);
const worker = spawn(
  process.execPath,
  [
    fileURLToPath(new URL('osler.ts', import.meta.url)),
    ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
  ],
  { stdio: ['pipe', 'pipe', 'inherit'], env: childEnvironment(trainingEnvironment()) },
);
worker.stdin.end(`${part}\n`.repeat(5));

const resident: number[] = [];
let first = true;
for await (const line of createInterface({ input: worker.stdout })) {
  if (first) {
    first = false;
    continue;
  }
  const { rss, tensors } = Answer.parse(JSON.parse(line));
  resident.push(rss);
  process.stdout.write(
    `step ${part * resident.length}: ${Math.round(rss / 2 ** 20)} MiB resident, ${tensors.count} tensors, ${Math.round(tensors.bytes / 2 ** 20)} MiB in use\n`,
  );
}
const growth = (resident.at(-1) ?? Number.NaN) / (resident[0] ?? Number.NaN) - 1;
process.stdout.write(`growth from step ${part} to ${part * resident.length}: ${(growth * 100).toFixed(2)}%\n`);
if (!(growth < 0.03)) process.exitCode = 1;
