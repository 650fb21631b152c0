/**
 * 10,000 hostile requests to `osler serve` and to the house: damaged images sent in every way, right and wrong, and requests that
 * Schemathesis makes up from the OpenAPI document. None may be answered with a 5xx, and the server may not grow:
 *
 *     ./osler bench fuzz [--images 7000] [--examples 40] [--seed 1] [--json]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzzImages, SLACK } from './fuzz.ts';
import { fuzzSchema } from './schemathesis.ts';
import { startServers } from './servers.ts';

const { values: options } = parseArgs({
  options: {
    images: { type: 'string', default: '7000' },
    examples: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const seed = Number(options.seed);
const home = await mkdtemp(join(tmpdir(), 'osler-bench-fuzz-'));
const servers = await startServers(home);
try {
  const images = await fuzzImages(servers.serve, { count: Number(options.images), seed });
  say(`images: ${images.requests} requests, ${images.wrong.length} wrong`);
  const documents: Awaited<ReturnType<typeof fuzzSchema>>[] = [];
  for (const target of [servers.serve, servers.house]) {
    const report = await fuzzSchema(target, { examples: Number(options.examples), seed });
    say(`${target.name}: ${report.requests} requests by its document, ${report.wrong.length} wrong`);
    documents.push(report);
  }
  const requests = images.requests + documents.reduce((sum, one) => sum + one.requests, 0);
  const wrong = [...images.wrong, ...documents.flatMap((one) => one.wrong)];
  const growth = [images, ...documents].map(({ resident: { before, after } }) => after / before);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ requests, wrong, growth, images, documents }, null, 2)}\n`);
  else {
    for (const [kind, count] of Object.entries(images.outcomes).sort(([, a], [, b]) => b - a)) {
      process.stdout.write(`${String(count).padStart(7)}  ${kind}\n`);
    }
    process.stdout.write(`${requests} requests, ${wrong.length} answered wrongly\n`);
    const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
    for (const [i, { resident }] of [images, ...documents].entries()) {
      const what = ['images', 'serve by its document', 'house by its document'][i];
      process.stdout.write(
        `memory, ${what}: ${mib(resident.before)} MiB ${i === 0 ? 'after a fifth' : 'before'}, ${mib(resident.after)} MiB at the end\n`,
      );
    }
    for (const line of wrong.slice(0, 20)) process.stdout.write(`  ${line}\n`);
  }
  const grown = [images, ...documents].some(({ resident: { before, after } }) => after > before + SLACK);
  if (grown) say(`a server held more than ${SLACK / 2 ** 20} MiB more than before`);
  if (wrong.length > 0 || grown) process.exitCode = 1;
} finally {
  await servers.stop();
  await rm(home, { recursive: true, force: true });
}
