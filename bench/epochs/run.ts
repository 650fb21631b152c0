/**
 * From a folder of 600x450 JPEGs to the end of the first and of the second epoch of training and validation, against the usual torchvision
 * script (ImageFolder, DataLoader with as many workers as cores, channels_last, the same network, batch, size and augmentation):
 *
 *     ./osler bench epochs [--model resnet18] [--side 128] [--count 800] [--batch 32] [--json]
 *
 * Osler's time is that of its two commands, from nothing: `osler data import`, then `osler train`. Both sides alternate (A B A B), each with an
 * empty cache, and after a rest: in a virtual machine memory that was just freed is taken again for nothing, and what was given back to the host costs
 * 2 to 3 s a GB at its first touch; whoever starts right after the other would not pay that. The peer is Debian's python3-torchvision, or whichever Python --python names.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { childEnvironment } from '../../src/config/environment.ts';
import { writePhotographs } from '../photographs.ts';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'resnet18' },
    side: { type: 'string', default: '128' },
    count: { type: 'string', default: '800' },
    batch: { type: 'string', default: '32' },
    python: { type: 'string', default: '/usr/bin/python3' },
    json: { type: 'boolean', default: false },
  },
});
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const peer = fileURLToPath(new URL('peer.py', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'osler-bench-epochs-'));
const images = join(folder, 'images');

/** Milliseconds after which freed memory has gone back to the host. */
const REST = 15_000;

/** Seconds from the start to the end of each epoch. */
type Ends = [number, number];

function osler(home: string): Ends {
  const env = childEnvironment({ OSLER_HOME: home });
  const run = (args: string[]): string =>
    execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args, '--json'], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const started = Date.now();
  run(['data', 'import', images, '--name', 'photos', '--split', '90/10/0']);
  const settings = [
    'dataset=photos',
    `model.name=${options.model}`,
    `data.size=${options.side}`,
    `training.batchSize=${options.batch}`,
    'training.epochs=2',
    'training.ema=null',
    'augment.flipHorizontal=0.5',
  ];
  run(['train', fileURLToPath(new URL('plain.yaml', import.meta.url)), ...settings]);
  const [id] = readdirSync(join(home, 'runs'));
  const lines = readFileSync(join(home, 'runs', id!, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const ends = lines
    .map((line) => JSON.parse(line) as { type: string; time: number })
    .filter(({ type }) => type === 'epoch')
    .map(({ time }) => (time - started) / 1000);
  return [ends[0]!, ends[1]!];
}

function torchvision(): Ends {
  const args = [peer, images, options.model, options.side, options.batch, String(availableParallelism()), '2'];
  return (
    JSON.parse(execFileSync(options.python, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as {
      ends: Ends;
    }
  ).ends;
}

try {
  await writePhotographs(images, Number(options.count), 600, 450);
  const rounds: { osler: Ends; torchvision: Ends }[] = [];
  for (let round = 0; round < 2; round++) {
    await setTimeout(REST);
    const own = osler(join(folder, `home-${round}`));
    await setTimeout(REST);
    rounds.push({ osler: own, torchvision: torchvision() });
  }
  const mean = (pick: (round: (typeof rounds)[number]) => number): number =>
    rounds.reduce((sum, round) => sum + pick(round), 0) / rounds.length;
  const rows = [
    { name: 'end of epoch 1', at: (ends: Ends) => ends[0] },
    { name: 'epoch 2 alone', at: (ends: Ends) => ends[1] - ends[0] },
    { name: 'end of epoch 2', at: (ends: Ends) => ends[1] },
  ].map(({ name, at }) => {
    const [own, other] = [mean((round) => at(round.osler)), mean((round) => at(round.torchvision))];
    return { name, osler: own, torchvision: other, ratio: other / own };
  });
  if (options.json) console.log(JSON.stringify({ cpu: cpus()[0]?.model, cores: cpus().length, options, rows }));
  else {
    console.log(
      `${cpus()[0]?.model}, ${cpus().length} cores; ${options.count} JPEGs 600x450, ${options.model} at ${options.side} px, batch ${options.batch}`,
    );
    for (const { name, osler: own, torchvision: other, ratio } of rows) {
      console.log(
        `${name.padEnd(16)} osler ${own.toFixed(1)} s  torchvision ${other.toFixed(1)} s  ratio ${ratio.toFixed(2)}`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
