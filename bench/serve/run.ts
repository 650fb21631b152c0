/**
 * Requests a second, p99, memory and start of `osler serve` against FastAPI + onnxruntime with the same graph and the same JPEGs:
 *
 *     ./osler bench serve [--model efficientnet_b0] [--seconds 8] [--rounds 3] [--connections 1,8,64] [--warm 2] [--quick] [--json]
 *
 * The peer is measured as tutorials write it and in its best set-ups: all in turn (processes, threads, spinning, scaled decoding), a few
 * seconds each, choose the best at each number of connections (--quick: those that were best before, without looking again). Then both sides alternate
 * (A B A B). The load comes from wrk where it is installed, a process of its own. Beside the rates stands the processor time of an
 * answer, which other work on the machine disturbs less. Each server has a load that does not count first, of `--warm` seconds: in its first five V8
 * compiles what it uses often. The Python packages go into a virtual environment.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { peer } from '../../test/conformance/venv.ts';
import { writePhotographs } from '../photographs.ts';
import { costOf, makeBundle, nameOf, type Running, SIZE, startOsler, startPeer, type Tuning } from './sides.ts';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'efficientnet_b0' },
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '1,8,64' },
    warm: { type: 'string', default: '2' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const PACKAGES = [
  ...['fastapi==0.165.0', 'uvicorn[standard]==0.54.0', 'onnxruntime==1.31.1', 'pillow==13.0.0'],
  ...['python-multipart==0.0.34', 'numpy==2.4.6'],
];
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const cores = availableParallelism();
const connections = options.connections.split(',').map(Number);
/** Of one measurement of the tuning. */
const TUNING_SECONDS = 3;

interface Load {
  perSecond: number;
  p50: number;
  p99: number;
  requests: number;
  failed: number;
  cpuMs: number;
}

interface Side {
  name: string;
  start(): Promise<Running>;
}

const TUTORIAL: Tuning = { processes: 1, threads: 0, spin: true, draft: false, async: true };

const plain = { spin: false, draft: false, async: false };
/** The best at one and at many connections, when all were tried on two cores. */
const BEST: Tuning[] = [
  { ...plain, processes: 1, threads: cores, draft: true, spin: true },
  { ...plain, processes: cores, threads: 1, draft: true },
  { ...plain, processes: cores, threads: 1, draft: true, async: true },
];
const OTHERS: Tuning[] = [
  { ...plain, processes: 1, threads: cores },
  { ...plain, processes: 1, threads: cores, spin: true },
  { ...plain, processes: 1, threads: cores, draft: true },
  { ...plain, processes: cores, threads: 1 },
  { ...plain, processes: cores + 1, threads: 1, draft: true },
  { ...plain, processes: 2 * cores, threads: 1 },
  { ...plain, processes: cores, threads: cores },
];

const folder = await mkdtemp(join(tmpdir(), 'osler-bench-serve-'));
try {
  const bundle = await makeBundle(folder, options.model);
  const images = await writePhotographs(join(folder, 'images'), 16, 600, 450);
  const python = await peer('fastapi', PACKAGES);
  const wrk = hasWrk();
  if (!wrk)
    say('wrk is not installed: the load comes from bench/serve/load.ts, which costs more of the same processors');
  const load = (server: Running, count: number, seconds: number): Promise<Load> =>
    measure(server, count, seconds, images, wrk);
  const side = (tuning: Tuning): Side => ({ name: nameOf(tuning), start: () => startPeer(python, bundle, tuning) });
  const peers = options.quick ? BEST.map(side) : await tune([...BEST, ...OTHERS].map(side), load);
  const sides = [{ name: 'osler', start: () => startOsler(['--bundle', bundle]) }, side(TUTORIAL), ...peers];
  // Node keeps what it compiled, as pip compiled the peers' packages when it installed them.
  await (await sides[0]!.start()).stop();
  const results = new Map<string, Load[]>();
  const starts = new Map<string, { startMs: number; residentMb: number }[]>();
  for (let round = 1; round <= Number(options.rounds); round++) {
    for (const { name, start } of sides) {
      const server = await start();
      try {
        await load(server, Math.max(...connections), Number(options.warm));
        for (const count of connections) {
          const measured = await load(server, count, Number(options.seconds));
          results.set(`${name}|${count}`, [...(results.get(`${name}|${count}`) ?? []), measured]);
          say(`${round}  ${name}, ${count} at once: ${inWords(measured)}`);
        }
        const { residentMb } = await costOf(server.pid);
        starts.set(name, [...(starts.get(name) ?? []), { startMs: server.startMs, residentMb }]);
      } finally {
        await server.stop();
      }
    }
  }
  report(
    sides.map(({ name }) => name),
    results,
    starts,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The peer's best set-ups, each at some number of connections. */
async function tune(
  sides: readonly Side[],
  load: (server: Running, count: number, seconds: number) => Promise<Load>,
): Promise<Side[]> {
  const best = new Map<number, { side: Side; perSecond: number }>();
  for (const side of sides) {
    const server = await side.start();
    try {
      await load(server, 8, 1);
      for (const count of connections) {
        const measured = await load(server, count, TUNING_SECONDS);
        say(`tuning  ${side.name}, ${count} at once: ${inWords(measured)}`);
        const before = best.get(count);
        if (before === undefined || measured.perSecond > before.perSecond)
          best.set(count, { side, perSecond: measured.perSecond });
      }
    } finally {
      await server.stop();
    }
  }
  return [...new Set([...best.values()].map(({ side }) => side))];
}

function inWords({ perSecond, p50, p99, cpuMs, failed }: Load): string {
  const lost = failed > 0 ? `, ${failed} failed` : '';
  return `${perSecond.toFixed(1)} requests/s, p50 ${p50.toFixed(0)}, p99 ${p99.toFixed(0)} ms, ${cpuMs.toFixed(1)} ms of processor time each${lost}`;
}

function report(
  names: string[],
  results: Map<string, Load[]>,
  starts: Map<string, { startMs: number; residentMb: number }[]>,
): void {
  const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
  const of = (name: string, count: number, pick: (l: Load) => number): number =>
    median(results.get(`${name}|${count}`)!.map(pick));
  const rows = connections.map((count) => {
    const [ours, tutorial, ...peers] = names.map((name) => ({
      name,
      perSecond: of(name, count, (l) => l.perSecond),
      p99: of(name, count, (l) => l.p99),
      cpu: of(name, count, (l) => l.cpuMs),
    }));
    const fastest = [tutorial!, ...peers].reduce((a, b) => (b.perSecond > a.perSecond ? b : a));
    const steadiest = [tutorial!, ...peers].reduce((a, b) => (b.p99 < a.p99 ? b : a));
    const leanest = [tutorial!, ...peers].reduce((a, b) => (b.cpu < a.cpu ? b : a));
    return {
      connections: count,
      osler: ours!.perSecond,
      best: fastest.perSecond,
      ratio: ours!.perSecond / fastest.perSecond,
      tutorial: tutorial!.perSecond,
      oslerP99: ours!.p99,
      bestP99: steadiest.p99,
      oslerCpuMs: ours!.cpu,
      bestCpuMs: leanest.cpu,
      bestIs: fastest.name,
    };
  });
  const lives = names.map((name) => {
    const all = starts.get(name)!;
    return {
      name,
      startMs: Math.round(median(all.map(({ startMs }) => startMs))),
      residentMb: Math.round(median(all.map(({ residentMb }) => residentMb))),
    };
  });
  if (options.json) {
    const facts = { model: options.model, cpu: cpus()[0]?.model, cores, rows, lives };
    process.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
    return;
  }
  console.log(`${options.model} ${SIZE}x${SIZE}, 600x450 JPEGs, ${cpus()[0]?.model}, ${cores} cores`);
  const rounded = (value: unknown) => (typeof value === 'number' ? Number(value.toFixed(2)) : value);
  console.table(
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, rounded(value)]))),
  );
  console.table(lives);
}

function hasWrk(): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v wrk'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function measure(
  server: Running,
  count: number,
  seconds: number,
  images: readonly string[],
  wrk: boolean,
): Promise<Load> {
  const path = '/predict/image';
  const [program, args] = wrk
    ? [
        'wrk',
        [
          '-t1',
          `-c${count}`,
          `-d${seconds}s`,
          '--timeout',
          '30s',
          '-s',
          here('wrk.lua'),
          server.url,
          '--',
          path,
          ...images,
        ],
      ]
    : [process.execPath, [here('load.ts'), server.url, String(count), String(seconds), path, ...images]];
  const before = await costOf(server.pid);
  const child = spawn(program as string, args as string[], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  const spent = (await costOf(server.pid)).cpuMs - before.cpuMs;
  const measured = JSON.parse(text.slice(text.lastIndexOf('\n{') + 1)) as Omit<Load, 'cpuMs'>;
  return { ...measured, cpuMs: spent / measured.requests };
}
