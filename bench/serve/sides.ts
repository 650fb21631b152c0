/** The two sides of the serving benchmarks: their servers, what both are given, and what they cost. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { testManifest } from '../../src/bundle/testing.ts';
import { writeBundle } from '../../src/bundle/write.ts';
import { childEnvironment } from '../../src/config/environment.ts';
import { createModel } from '../../src/models/index.ts';
import { randomWeights } from '../../src/onnx/testing.ts';
import { traceModel } from '../../src/onnx/trace-model.ts';
import { signingKey } from '../../src/store/signing-key.ts';

export const SIZE = 224;
export const LABELS = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'];
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export interface Running {
  url: string;
  pid: number;
  /** Milliseconds from its start until it said that it was ready. */
  startMs: number;
  stop(): Promise<void>;
}

/** A bundle of a network with random weights, whose arithmetic is that of a trained one. */
export async function makeBundle(folder: string, name: string): Promise<string> {
  const model = createModel(name, { classes: LABELS.length, channels: 3 });
  const size = { channels: 3, height: SIZE, width: SIZE };
  const onnx = traceModel(model, randomWeights(1, model.state()), size, { name });
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

/** What the launcher sets for servers, and what it says to Node. */
const HEAP = ['--max-semi-space-size=16', '--heap-growing-percent=200'];
const LAUNCHED = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: String(2 ** 17),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 20),
};

/** `osler serve` with the launcher's environment; its checks of the checkout are not part of a server's life. */
export async function startOsler(args: readonly string[], environment: Record<string, string> = {}): Promise<Running> {
  const started = performance.now();
  const argv = ['--disable-warning=ExperimentalWarning', ...HEAP, here('../../src/cli/main.ts'), 'serve', ...args];
  const child = spawn(process.execPath, [...argv, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: childEnvironment({
      NODE_COMPILE_CACHE: join(tmpdir(), 'osler-bench-compile-cache'),
      ...LAUNCHED,
      ...environment,
    }),
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.trimEnd().endsWith('}')) break;
  }
  if (!text.includes('"url"')) throw new Error(`osler serve did not start: ${text}`);
  const { url } = JSON.parse(text) as { url: string };
  return { url, pid: child.pid!, startMs: performance.now() - started, stop: () => end(child) };
}

export interface Tuning {
  processes: number;
  /** Of each session; 0: the runtime's own choice. */
  threads: number;
  spin: boolean;
  /** Pillow's scaled decoding. */
  draft: boolean;
  /** The endpoint blocks its event loop, as many tutorials write it. */
  async: boolean;
}

export const nameOf = ({ processes, threads, spin, draft, async }: Tuning): string =>
  [
    `fastapi ${processes} x ${threads === 0 ? 'default' : threads}`,
    ...(spin ? ['spinning'] : []),
    ...(draft ? ['draft'] : []),
    ...(async ? ['async'] : []),
  ].join(', ');

export async function startPeer(python: string, bundle: string, tuning: Tuning): Promise<Running> {
  const { preprocess } = testManifest();
  const port = await freePort();
  const workers = String(tuning.processes);
  const args = ['-m', 'uvicorn', 'peer:app', '--port', String(port), '--workers', workers, '--log-level', 'warning'];
  const started = performance.now();
  const child = spawn(python, args, {
    cwd: here('.'),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: childEnvironment({
      MODEL: join(bundle, 'model.onnx'),
      LABELS: JSON.stringify(LABELS),
      SIZE: String(SIZE),
      MEAN: JSON.stringify(preprocess.mean),
      STD: JSON.stringify(preprocess.std),
      THREADS: String(tuning.threads),
      SPIN: tuning.spin ? '1' : '0',
      DRAFT: tuning.draft ? '1' : '0',
      ASYNC: tuning.async ? '1' : '0',
      PYTHONDONTWRITEBYTECODE: '1',
    }),
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() - started > 60_000) throw new Error('the peer did not start');
    await sleep(20);
  }
  return { url, pid: child.pid!, startMs: performance.now() - started, stop: () => end(child) };
}

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/health/ready`).then(
    (answer) => answer.ok,
    () => false,
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** What a process and its children have used so far (Linux; elsewhere NaN). */
export async function costOf(pid: number): Promise<{ cpuMs: number; residentMb: number }> {
  if (!existsSync('/proc/self/stat')) return { cpuMs: Number.NaN, residentMb: Number.NaN };
  let ticks = 0;
  let residentKb = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // After the command in brackets: state, parent, ..., and as 12th and 13th the ticks in user and kernel mode.
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(name) !== pid && Number(fields[1]) !== pid) continue;
    ticks += Number(fields[11]) + Number(fields[12]);
    // What it shares with others counts in part: processes of one program share its libraries.
    const memory = await readFile(`/proc/${name}/smaps_rollup`, 'utf8').catch(() => '');
    residentKb += Number(/^Pss:\s+(\d+)/m.exec(memory)?.[1] ?? 0);
  }
  return { cpuMs: ticks * 10, residentMb: residentKb / 1024 };
}
