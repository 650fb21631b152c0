/**
 * From a folder of 600x450 JPEGs to the end of the first and of the second epoch, against torchvision's ImageFolder and DataLoader
 * with the same augmentation and as many workers:
 *
 *     ./osler bench loader [--count 1000] [--side 224] [--batch 32] [--json]
 *
 * Loading alone, nothing is trained; seconds, and processor time of both epochs. Osler's time includes hashing the files, as its
 * import does. Both sides alternate (A B A B), each in a process of its own, Osler's cache empty each time. The peer is Debian's
 * python3-torchvision, or whichever Python --python names.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writePhotographs } from '../photographs.ts';

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    side: { type: 'string', default: '224' },
    batch: { type: 'string', default: '32' },
    python: { type: 'string', default: '/usr/bin/python3' },
    json: { type: 'boolean', default: false },
  },
});

interface Took {
  /** Seconds from the start to the end of each epoch. */
  ends: [number, number];
  /** Processor seconds of all. */
  cpu: number;
  /** Osler only: until the end of each epoch. */
  cpuEnds?: [number, number];
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'osler-bench-loader-'));
try {
  await writePhotographs(join(folder, 'images'), Number(options.count), 600, 450);
  const workers = String(availableParallelism());
  const args = [join(folder, 'images'), options.side, options.batch, workers, '2'];
  const runs = { osler: [] as Took[], torchvision: [] as Took[] };
  for (let round = 0; round < 2; round++) {
    const cache = join(folder, `cache-${round}`);
    runs.osler.push(take(process.execPath, [here('own.ts'), ...args, cache]));
    runs.torchvision.push(take(options.python, [here('peer.py'), ...args]));
  }
  report(runs.osler, runs.torchvision);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function take(program: string, args: readonly string[]): Took {
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })) as Took;
}

function report(osler: readonly Took[], peer: readonly Took[]): void {
  const mean = (list: readonly Took[], pick: (took: Took) => number): number =>
    list.reduce((sum, took) => sum + pick(took), 0) / list.length;
  const images = Math.floor(Number(options.count) / Number(options.batch)) * Number(options.batch);
  const row = (name: string, pick: (took: Took) => number) => {
    return {
      name,
      osler: mean(osler, pick),
      torchvision: mean(peer, pick),
      ratio: mean(peer, pick) / mean(osler, pick),
    };
  };
  const rows = [
    row('end of epoch 1, s', ({ ends }) => ends[0]),
    row('epoch 2 alone, s', ({ ends }) => ends[1] - ends[0]),
    row('end of epoch 2, s', ({ ends }) => ends[1]),
    row('processor time, s', ({ cpu }) => cpu),
  ];
  const cachedMs = (mean(osler, ({ cpuEnds }) => cpuEnds![1] - cpuEnds![0]) / images) * 1000;
  if (options.json) {
    console.log(
      JSON.stringify(
        { cpu: cpus()[0]?.model, cores: cpus().length, images, side: Number(options.side), rows, cachedMs },
        null,
        2,
      ),
    );
    return;
  }
  console.log(
    `${cpus()[0]?.model}, ${cpus().length} cores; ${images} JPEGs 600x450 to ${options.side}x${options.side}`,
  );
  for (const { name, osler, torchvision, ratio } of rows) {
    console.log(
      `${name.padEnd(20)} osler ${osler.toFixed(2)}  torchvision ${torchvision.toFixed(2)}  ratio ${ratio.toFixed(2)}`,
    );
  }
  console.log(`a cached, augmented image costs ${cachedMs.toFixed(2)} ms of processor time`);
}
