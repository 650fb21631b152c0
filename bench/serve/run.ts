/**
 * Requests a second and p99 of `osler serve` against FastAPI + onnxruntime with the same graph and the same JPEGs:
 *
 *     ./osler bench serve [--model efficientnet_b0] [--seconds 5] [--connections 1,8,32] [--json]
 *
 * The peer runs in two ways, one process with a thread for each core and one process for each core; the ratio is against the
 * better of the two. Both sides alternate (A B C A B C). The Python packages go into a virtual environment in the temporary folder.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { testManifest } from '../../src/bundle/testing.ts';
import { writeBundle } from '../../src/bundle/write.ts';
import { childEnvironment } from '../../src/config/environment.ts';
import { createModel } from '../../src/models/index.ts';
import { randomWeights } from '../../src/onnx/testing.ts';
import { traceModel } from '../../src/onnx/trace-model.ts';
import { signingKey } from '../../src/store/signing-key.ts';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'efficientnet_b0' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '1,8,32' },
    json: { type: 'boolean', default: false },
  },
});
const PACKAGES = ['fastapi', 'uvicorn[standard]', 'onnxruntime', 'pillow', 'python-multipart', 'numpy'];
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const SIZE = 224;
const LABELS = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'];
const cores = availableParallelism();

interface Load {
  /** Of the server's processes, per answer; steadier than wall-clock time on a busy machine. NaN where there is no /proc. */
  cpuMilliseconds: number;
  perSecond: number;
  p50: number;
  p99: number;
  requests: number;
  failed: number;
}

const folder = await mkdtemp(join(tmpdir(), 'osler-bench-serve-'));
try {
  const bundle = await makeBundle();
  const images = await Promise.all(Array.from({ length: 16 }, (_, i) => photograph(i)));
  const python = makeEnvironment();
  const sides = [
    { name: 'osler', start: () => startOsler(bundle) },
    { name: `fastapi, 1 process x ${cores} threads`, start: () => startPeer(python, bundle, 1, cores) },
    { name: `fastapi, ${cores} processes x 1 thread`, start: () => startPeer(python, bundle, cores, 1) },
  ];
  const connections = options.connections.split(',').map(Number);
  const results = new Map<string, Load[]>();
  for (const round of [1, 2]) {
    for (const { name, start } of sides) {
      const server = await start();
      try {
        await load(server, Math.max(...connections), 2, images);
        for (const count of connections) {
          const measured = await load(server, count, Number(options.seconds), images);
          const key = `${name}|${count}`;
          results.set(key, [...(results.get(key) ?? []), measured]);
          say(
            `${round}  ${name}, ${count} at once: ${measured.perSecond.toFixed(1)} requests/s, p99 ${measured.p99.toFixed(0)} ms, ${measured.cpuMilliseconds.toFixed(1)} ms of processor time each${measured.failed > 0 ? `, ${measured.failed} failed` : ''}`,
          );
        }
      } finally {
        await server.stop();
      }
    }
  }
  report(
    sides.map((side) => side.name),
    connections,
    results,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

function report(names: string[], connections: number[], results: Map<string, Load[]>): void {
  const mean = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const of = (name: string, count: number, pick: (l: Load) => number): number =>
    mean(results.get(`${name}|${count}`)!.map(pick));
  const rows = connections.map((count) => {
    const [ours, ...peers] = names.map((name) => ({
      name,
      perSecond: of(name, count, (l) => l.perSecond),
      p99: of(name, count, (l) => l.p99),
      cpu: of(name, count, (l) => l.cpuMilliseconds),
    }));
    const fastest = peers.reduce((a, b) => (b.perSecond > a.perSecond ? b : a));
    const steadiest = peers.reduce((a, b) => (b.p99 < a.p99 ? b : a));
    const leanest = peers.reduce((a, b) => (b.cpu < a.cpu ? b : a));
    return {
      connections: count,
      osler: ours!.perSecond,
      fastapi: fastest.perSecond,
      ratio: ours!.perSecond / fastest.perSecond,
      oslerP99: ours!.p99,
      fastapiP99: steadiest.p99,
      p99Ratio: steadiest.p99 / ours!.p99,
      oslerCpuMs: ours!.cpu,
      fastapiCpuMs: leanest.cpu,
    };
  });
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ model: options.model, cpu: cpus()[0]?.model, cores, rows }, null, 2)}\n`);
    return;
  }
  console.log(
    `${options.model} ${SIZE}x${SIZE}, 600x450 JPEG, ${cpus()[0]?.model}, ${cores} cores; the better of the two peers`,
  );
  console.table(rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, Number(v.toFixed(2))]))));
}

async function makeBundle(): Promise<string> {
  const model = createModel(options.model, { classes: LABELS.length, channels: 3 });
  const onnx = traceModel(
    model,
    randomWeights(1, model.state()),
    { channels: 3, height: SIZE, width: SIZE },
    { name: options.model },
  );
  const dir = join(folder, 'bundle');
  const preprocess = { ...testManifest().preprocess, height: SIZE, width: SIZE, fit: 'stretch' as const };
  await writeBundle(dir, {
    manifest: testManifest({ labels: LABELS, preprocess, operatingPoint: null, temperature: 1 }),
    model: onnx,
    graph: { input: { name: 'images', shape: [3, SIZE, SIZE] }, outputs: [{ name: 'logits', shape: [LABELS.length] }] },
    key: await signingKey(folder),
  });
  return dir;
}

/** A JPEG with a photograph's spectrum: coarse structure and grain. */
async function photograph(seed: number): Promise<string> {
  let state = seed + 1;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const coarse = Buffer.from(Array.from({ length: 24 * 18 * 3 }, () => random() * 255));
  const grain = Buffer.from(Array.from({ length: 600 * 450 * 3 }, () => 118 + random() * 20));
  const base = await sharp(coarse, { raw: { width: 24, height: 18, channels: 3 } })
    .resize(600, 450, { kernel: 'cubic' })
    .toBuffer({ resolveWithObject: true });
  const path = join(folder, `${seed}.jpg`);
  await sharp(base.data, { raw: { width: 600, height: 450, channels: 3 } })
    .composite([{ input: grain, raw: { width: 600, height: 450, channels: 3 }, blend: 'soft-light' }])
    .jpeg({ quality: 90 })
    .toFile(path);
  return path;
}

function makeEnvironment(): string {
  const environment = join(tmpdir(), 'osler-bench-fastapi');
  const python = join(environment, 'bin', 'python');
  if (!existsSync(join(environment, 'ready'))) {
    say(`installing the peer into ${environment}: ${PACKAGES.join(' ')}`);
    execFileSync('python3', ['-m', 'venv', environment], { stdio: ['ignore', 'ignore', 'inherit'] });
    execFileSync(python, ['-m', 'pip', 'install', '-q', ...PACKAGES], { stdio: ['ignore', 'ignore', 'inherit'] });
    execFileSync('touch', [join(environment, 'ready')]);
  }
  return python;
}

interface Running {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

async function startOsler(bundle: string): Promise<Running> {
  const args = [here('../../src/cli/main.ts'), 'serve', '--bundle', bundle, '--port', '0', '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.trimEnd().endsWith('}')) break;
  }
  return { url: (JSON.parse(text) as { url: string }).url, pid: child.pid!, stop: () => end(child) };
}

async function startPeer(python: string, bundle: string, processes: number, threads: number): Promise<Running> {
  const { preprocess } = testManifest();
  const port = await freePort();
  const args = [
    '-m',
    'uvicorn',
    'peer:app',
    '--port',
    String(port),
    '--workers',
    String(processes),
    '--log-level',
    'warning',
  ];
  const child = spawn(python, args, {
    cwd: here('.'),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: childEnvironment({
      MODEL: join(bundle, 'model.onnx'),
      LABELS: JSON.stringify(LABELS),
      SIZE: String(SIZE),
      MEAN: JSON.stringify(preprocess.mean),
      STD: JSON.stringify(preprocess.std),
      THREADS: String(threads),
      PYTHONDONTWRITEBYTECODE: '1',
    }),
  });
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; ; i++) {
    if (child.exitCode !== null || i > 300) throw new Error('the FastAPI peer did not start');
    if (
      await fetch(`${url}/health/ready`).then(
        (r) => r.ok,
        () => false,
      )
    )
      return { url, pid: child.pid!, stop: () => end(child) };
    await sleep(100);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function load(server: Running, connections: number, seconds: number, images: string[]): Promise<Load> {
  const args = [here('load.ts'), server.url, String(connections), String(seconds), ...images];
  const before = await processorTime(server.pid);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  const spent = (await processorTime(server.pid)) - before;
  const measured = JSON.parse(text) as Load;
  return { ...measured, cpuMilliseconds: spent / measured.requests };
}

/** Milliseconds of processor time that a process and its children have used so far (Linux; elsewhere NaN). */
async function processorTime(pid: number): Promise<number> {
  if (!existsSync('/proc/self/stat')) return Number.NaN;
  let ticks = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // After the command in brackets: state, parent, ..., and as 12th and 13th the ticks in user and kernel mode.
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(name) === pid || Number(fields[1]) === pid) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * 10;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
