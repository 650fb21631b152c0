import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { arch, availableParallelism, cpus, freemem, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a command prints first, or null when it is not there or fails. */
async function firstLine(command: string, args: string[]): Promise<string | null> {
  try {
    return (await run(command, args, { timeout: 10_000 })).stdout.split('\n')[0]!.trim();
  } catch {
    // Absent, not allowed, or broken: in each case there is no such tool here, which is what the report says.
    return null;
  }
}

export type PackageManager = 'apt-get' | 'dnf' | 'zypper' | 'pacman' | 'apk' | 'brew';

/** The first package manager found in the PATH's folders. */
export function findPackageManager(path: readonly string[]): PackageManager | null {
  const order: PackageManager[] =
    platform() === 'darwin' ? ['brew'] : ['apt-get', 'dnf', 'zypper', 'pacman', 'apk', 'brew'];
  return order.find((name) => findProgram(name, path) !== null) ?? null;
}

export function findProgram(name: string, path: readonly string[]): string | null {
  return (
    path.map((folder) => join(folder, name)).find((file) => statSync(file, { throwIfNoEntry: false })?.isFile()) ?? null
  );
}

export interface LibTorch {
  found: boolean;
  path: string | null;
  version: string | null;
  /** Every place that was tried, in order. */
  looked: string[];
}

const DEBIAN = '/usr/include/torch/csrc/api/include/torch/version.h';
const HEADERS = ['include/torch/headeronly/version.h', 'include/torch/csrc/api/include/torch/version.h'];

/** Looks where native/build.sh looks: the folder LIBTORCH names, else Debian's. */
export function probeLibTorch(libtorch: string | undefined): LibTorch {
  const places =
    libtorch === undefined
      ? [{ path: '/usr', headers: [DEBIAN] }]
      : [libtorch, join(libtorch, 'torch'), ...sitePackages(libtorch)].map((path) => ({
          path,
          headers: HEADERS.map((header) => join(path, header)),
        }));
  const looked = places.flatMap((place) => place.headers);
  for (const { path, headers } of places) {
    const text = headers
      .filter((header) => existsSync(header))
      .map((header) => readFileSync(header, 'utf8'))
      .join('\n');
    const numbers = ['MAJOR', 'MINOR', 'PATCH'].map(
      (part) => new RegExp(`#define TORCH_VERSION_${part} (\\d+)`).exec(text)?.[1],
    );
    if (numbers.every((number) => number !== undefined))
      return { found: true, path, version: numbers.join('.'), looked };
  }
  return { found: false, path: null, version: null, looked };
}

function sitePackages(environment: string): string[] {
  const lib = join(environment, 'lib');
  if (!existsSync(lib)) return [];
  return readdirSync(lib)
    .filter((name) => name.startsWith('python3'))
    .map((name) => join(lib, name, 'site-packages', 'torch'));
}

/** Of the flags an x86 processor can have, those that change Osler's speed. */
const FLAGS = ['avx2', 'fma', 'avx512f', 'avx512bw', 'avx512_vnni', 'avx512_bf16', 'amx_bf16', 'amx_int8'] as const;

export interface Cpu {
  model: string;
  /** Processors this process may use. */
  threads: number;
  flags: Record<string, boolean>;
}

export async function probeCpu(): Promise<Cpu> {
  const model = cpus()[0]?.model.trim() || arch();
  const threads = availableParallelism();
  if (existsSync('/proc/cpuinfo')) {
    const text = readFileSync('/proc/cpuinfo', 'utf8');
    const names = new Set(/^(?:flags|Features)\s*:\s*(.*)$/m.exec(text)?.[1]?.split(/\s+/) ?? []);
    const interesting = arch() === 'arm64' ? ['asimd', 'bf16', 'i8mm', 'sve'] : FLAGS;
    return { model, threads, flags: Object.fromEntries(interesting.map((flag) => [flag, names.has(flag)])) };
  }
  const features = await firstLine('sysctl', ['-n', 'hw.optional.arm.FEAT_BF16']);
  return { model, threads, flags: features === null ? {} : { bf16: features === '1' } };
}

export interface Machine {
  platform: string;
  cpu: Cpu;
  memory: { totalBytes: number; freeBytes: number };
  disk: { path: string; totalBytes: number; freeBytes: number } | null;
  gpu: { name: string; memory: string; driver: string }[];
}

export async function probeMachine(home: string): Promise<Machine> {
  const [cpu, gpu, disk] = await Promise.all([probeCpu(), probeGpu(), probeDisk(home)]);
  // Inside a container the limit is the container's.
  const limit = process.constrainedMemory();
  const totalBytes = limit > 0 && limit < totalmem() ? limit : totalmem();
  return {
    platform: `${platform()} ${release()} ${arch()}`,
    cpu,
    memory: { totalBytes, freeBytes: Math.min(totalBytes, process.availableMemory() || freemem()) },
    disk,
    gpu,
  };
}

async function probeDisk(home: string): Promise<Machine['disk']> {
  let path = home;
  while (!existsSync(path) && dirname(path) !== path) path = dirname(path);
  const stats = await statfs(path);
  return { path, totalBytes: stats.blocks * stats.bsize, freeBytes: stats.bavail * stats.bsize };
}

async function probeGpu(): Promise<Machine['gpu']> {
  try {
    const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader'];
    const { stdout } = await run('nvidia-smi', query, { timeout: 10_000 });
    return stdout
      .trim()
      .split('\n')
      .map((line) => line.split(',').map((part) => part.trim()))
      .map(([name = '', memory = '', driver = '']) => ({ name, memory, driver }));
  } catch {
    // No driver, no GPU that Osler could use.
    return [];
  }
}

export interface Tool {
  path: string | null;
  version: string | null;
}

export async function probeTool(names: readonly string[], path: readonly string[]): Promise<Tool> {
  for (const name of names) {
    const found = name.startsWith('/') ? (existsSync(name) ? name : null) : findProgram(name, path);
    const version = found === null ? null : await firstLine(found, ['--version']);
    if (version !== null) return { path: found, version };
  }
  return { path: null, version: null };
}
