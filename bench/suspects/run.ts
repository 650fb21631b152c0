/**
 * Label errors found among labels of which a known share was flipped, side by side with cleanlab on the same out-of-fold predictions.
 * PneumoniaMNIST's training and validation images (OSLER_DATA), five folds, the recipe pneumoniamnist.
 *
 *     ./osler bench suspects [--flip 0.05] [--epochs 8]
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { judgeLabels } from '../../src/audit/suspects/confident.ts';
import { openDataset } from '../../src/data/dataset.ts';
import { RandomStream } from '../../src/data/random.ts';
import { softmax } from '../../src/evaluation/metrics/softmax.ts';
import { readOutOfFold } from '../../src/evaluation/repeats/out-of-fold.ts';
import { outOfFoldFile } from '../../src/pipeline/repeat/measure-group.ts';
import { pythonWith } from '../python.ts';

const { values: options } = parseArgs({
  options: { flip: { type: 'string', default: '0.05' }, epochs: { type: 'string', default: '8' } },
});
const flip = Number(options.flip);
const source = join(process.env.OSLER_DATA ?? '', 'pneumoniamnist', 'pneumoniamnist.npz');
if (!existsSync(source)) {
  process.stdout.write('skipped: set OSLER_DATA to the folder with pneumoniamnist/pneumoniamnist.npz\n');
  process.exit(0);
}
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'osler-suspects-'));
const home = join(work, 'home');

function osler(...args: string[]): Record<string, unknown> {
  const env = { ...process.env, OSLER_HOME: home };
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
  const quiet = '--disable-warning=ExperimentalWarning';
  return JSON.parse(
    execFileSync(process.execPath, [quiet, main, ...args, '--json'], {
      env,
      stdio,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    }),
  );
}

try {
  osler('data', 'import', source, '--name', 'clean', '--no-near-duplicates');
  const wrong = await writeNoisy(join(work, 'noisy'));
  osler('data', 'import', join(work, 'noisy'), '--name', 'noisy', '--no-near-duplicates', '--keep-conflicts');
  const { group } = osler(
    'train',
    'pneumoniamnist',
    'dataset=noisy',
    `training.epochs=${options.epochs}`,
    '--folds',
    '5',
  );
  const path = outOfFoldFile(home, String(group));
  const peers = JSON.parse(
    execFileSync(pythonWith('cleanlab', ['cleanlab']), [fileURLToPath(new URL('./peer.py', import.meta.url)), path], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    }),
  ) as Record<string, { seconds: number; ids: string[] }>;
  const { ids, labels, logits, classes } = await readOutOfFold(path);
  // The import deals out a test part, which the folds leave alone.
  const flipped = wrong.intersection(new Set(ids));
  const start = performance.now();
  const own = judgeLabels(labels, softmax(logits, classes.length, 1), classes.length);
  const seconds = (performance.now() - start) / 1000;
  const ours = own.suspects.map(({ index }) => ids[index]!);
  process.stdout.write(`${ids.length} images, ${flipped.size} labels flipped (${(100 * flip).toFixed(0)}%)\n\n`);
  tell('osler data suspects', ours, seconds, flipped);
  for (const [method, { ids: found, seconds: took }] of Object.entries(peers))
    tell(`cleanlab ${method}`, found, took, flipped);
  const theirs = new Set(peers.confident_learning!.ids);
  const same = ours.length === theirs.size && ours.every((id) => theirs.has(id));
  process.stdout.write(`\nthe same images as cleanlab's confident_learning: ${same ? 'yes' : 'no'}\n`);
  const first = ours.slice(0, flipped.size).filter((id) => flipped.has(id)).length;
  process.stdout.write(`of the ${flipped.size} surest suspects ${first} were flipped\n`);
  process.stdout.write(`errors estimated: ${own.estimatedErrors.toFixed(0)}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The images in folders of classes, some in the wrong one. Answers the ids of those. */
async function writeNoisy(folder: string): Promise<Set<string>> {
  const dataset = await openDataset(home, 'clean');
  const { classes } = dataset.record;
  const chance = new RandomStream(1, 'flip');
  const wrong = new Set<string>();
  for (const sample of dataset.samples().filter(({ split }) => split !== 'test')) {
    const label = chance.chance(flip) ? classes.find((name) => name !== sample.label)! : sample.label;
    const id = `${label}/${sample.id.replaceAll('/', '-')}.png`;
    mkdirSync(join(folder, label), { recursive: true });
    cpSync(dataset.path(sample), join(folder, id));
    if (label !== sample.label) wrong.add(id);
  }
  return wrong;
}

function tell(name: string, found: readonly string[], seconds: number, flipped: ReadonlySet<string>): void {
  const hits = found.filter((id) => flipped.has(id)).length;
  const precision = found.length === 0 ? 0 : hits / found.length;
  const recall = flipped.size === 0 ? 0 : hits / flipped.size;
  const cells = [
    `${found.length} suspects`,
    `precision ${precision.toFixed(3)}`,
    `recall ${recall.toFixed(3)}`,
    `${(1000 * seconds).toFixed(1)} ms`,
  ];
  process.stdout.write(`${name.padEnd(32)} ${cells.join('  ')}\n`);
}
