/**
 * The audit's search for copies: what it finds of what is known, what it finds that is not there, and how its time grows.
 *
 *   ./osler bench audit [--phantoms 10000] [--small 1000] [--large 100000] [--peers 10000] [--part quality|growth]
 *
 * 1. Recall of eight changes and pairs of different pictures, on phantoms and, with OSLER_DATA, on isic9 and cxr3; beside it
 *    imagehash and imagededup (perceptual hashes, at most 10 bits apart) on the same files.
 * 2. An import of `small`, ten times and a hundred times as many pictures (up to `large`), each in a process of its own: seconds
 *    to read and to search, and the peak of memory. imagehash with all pairs beside it, up to `peers` pictures.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { importDataset } from '../../src/data/import.ts';
import { pythonWith } from '../python.ts';
import { measure, type Result } from './duplicates.ts';
import { blends, CHANGES, images, phantoms } from './pictures.ts';

const { values } = parseArgs({
  options: {
    phantoms: { type: 'string', default: '10000' },
    small: { type: 'string', default: '1000' },
    large: { type: 'string', default: '100000' },
    peers: { type: 'string', default: '10000' },
    part: { type: 'string', default: 'both' },
    /** What a child does: imports this folder into this home and says what it took. */
    source: { type: 'string' },
    home: { type: 'string' },
  },
});
const BITS = '10';

interface Took {
  read: number;
  search: number;
  /** Processor time of all threads in the search, seconds. */
  searchCpu: number;
  peakMB: number;
  pairs: number;
}

if (values.source !== undefined && values.home !== undefined)
  console.log(JSON.stringify(await take(values.source, values.home)));
else await main();

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'osler-bench-audit-'));
  const python = pythonWith('audit', ['imagehash', 'scikit-learn', 'tqdm', 'matplotlib']);
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', 'imagededup']);
  try {
    console.log(`${cpus()[0]!.model}, ${cpus().length} cores, node ${process.version}`);
    const few = values.part === 'growth' ? 500 : Number(values.phantoms);
    const drawn = await phantoms(join(folder, 'phantoms'), few, 128, 3);
    if (values.part !== 'growth') {
      await quality('phantoms', drawn, folder, python);
      const data = process.env.OSLER_DATA;
      if (data === undefined) console.log('real images skipped: OSLER_DATA is not set');
      else {
        await quality('isic9', images(join(data, 'isic9/images')), folder, python);
        await quality('cxr3', images(join(data, 'cxr3/images_256')), folder, python);
      }
    }
    if (values.part === 'quality') return;
    for (let count = Number(values.small); count <= Number(values.large); count *= 10) {
      await growth(count, drawn.slice(0, 500), folder, python);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function quality(name: string, originals: string[], folder: string, python: string): Promise<void> {
  const result = await measure(name, originals, Math.ceil(originals.length / 200), join(folder, 'changed'));
  const { read, search } = result.looked.seconds;
  console.log(`\n${name}: ${result.images} files; read ${read.toFixed(1)} s, search ${search.toFixed(1)} s`);
  console.log(`  ${['', ...CHANGES, 'other pictures, pairs'].map((title) => title.padEnd(10)).join(' ')}`);
  console.log(row('osler', result.recall, result.others.length));
  console.log(`  exact copies among the lossless ones: ${result.exact.toFixed(3)}`);
  for (const { a, b, distance, transform } of result.others.slice(0, 20)) {
    console.log(`  ${a} ${b} ${distance} ${transform}`);
  }
  for (const peer of ['imagehash', 'imagededup']) {
    const found = ask(python, peer, result, folder);
    console.log(
      `${row(peer, found.recall, found.others)}  hash ${found.hash.toFixed(1)} s, search ${found.search.toFixed(1)} s`,
    );
  }
}

function row(name: string, recall: Result['recall'], others: number): string {
  return `  ${[name, ...CHANGES.map((kind) => recall[kind].toFixed(3)), String(others)].map((cell) => cell.padEnd(10)).join(' ')}`;
}

function ask(python: string, peer: string, { copies, truth }: Result, folder: string) {
  const paths = [...truth.keys()];
  const answer = runPeer(python, peer, paths, folder);
  const pairs = new Set(answer.pairs.map(([a, b]) => `${paths[a]}\n${paths[b]}`));
  const has = (a: string, b: string) => pairs.has(`${a}\n${b}`) || pairs.has(`${b}\n${a}`);
  const recall = Object.fromEntries(
    CHANGES.map((kind) => {
      const some = copies.filter((copy) => copy.kind === kind);
      return [kind, some.filter(({ original, path }) => has(original, path)).length / some.length];
    }),
  ) as Result['recall'];
  const others = answer.pairs.filter(([a, b]) => truth.get(paths[a]!) !== truth.get(paths[b]!)).length;
  return { ...answer, recall, others: others + (answer.total - answer.pairs.length) };
}

function runPeer(python: string, peer: string, paths: string[], folder: string) {
  const list = join(folder, 'list.txt');
  writeFileSync(list, paths.join('\n'));
  const script = fileURLToPath(new URL('./peer.py', import.meta.url));
  const text = execFileSync(python, [script, peer, list, BITS], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return JSON.parse(text) as { hash: number; search: number; pairs: [number, number][]; total: number };
}

async function growth(count: number, pool: string[], folder: string, python: string): Promise<void> {
  const source = join(folder, `blends-${count}`);
  const paths = await blends(source, count, pool);
  const self = fileURLToPath(import.meta.url);
  const home = join(folder, `home-${count}`);
  const args = [self, '--source', source, '--home', home];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the import failed: ${stderr}`);
  const { read, search, searchCpu, peakMB, pairs } = JSON.parse(stdout) as Took;
  const beside = count <= Number(values.peers) ? runPeer(python, 'imagehash', paths, folder) : undefined;
  const peer =
    beside === undefined
      ? ''
      : `; imagehash: hash ${beside.hash.toFixed(1)} s, all pairs ${beside.search.toFixed(1)} s`;
  const times = `read ${read.toFixed(1)} s, search ${search.toFixed(1)} s (${((1000 * searchCpu) / count).toFixed(2)} ms of one core an image)`;
  console.log(`\n${count} pictures: ${times}, ${pairs} pairs, peak ${peakMB.toFixed(0)} MB${peer}`);
  rmSync(home, { recursive: true });
  rmSync(source, { recursive: true });
}

async function take(source: string, home: string): Promise<Took> {
  const start = performance.now();
  let searching = start;
  let used = process.cpuUsage();
  let before = '';
  const { nearDuplicates, duplicates } = await importDataset(
    source,
    { name: 'many', minClasses: 1, inPlace: true },
    {
      home,
      onProgress: ({ task }) => {
        if (task !== before && before === 'reading images') {
          searching = performance.now();
          used = process.cpuUsage();
        }
        before = task;
      },
    },
  );
  const peakMB = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;
  const end = performance.now();
  const { user, system } = process.cpuUsage(used);
  return {
    read: (searching - start) / 1000,
    search: (end - searching) / 1000,
    searchCpu: (user + system) / 1e6,
    peakMB,
    pairs: nearDuplicates + duplicates,
  };
}
