import type { Command } from 'commander';
import { processEnvironment } from '../config/environment.ts';
import { isOpenToAll, openHomeWords } from '../store/home-folder.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import {
  findPackageManager,
  type LibTorch,
  type Machine,
  type PackageManager,
  probeLibTorch,
  probeMachine,
  probeTool,
  type Tool,
} from './doctor-probes.ts';

export function register(program: Command, context: Context): void {
  program
    .command('doctor')
    .description('Report what this machine has for Osler and what is missing. Changes nothing.')
    .addHelpText(
      'after',
      `
Examples:
  osler doctor            a list, with what to install for what is missing
  osler doctor --json     the same for scripts

Exit code: 0, or 1 when something that every command needs is missing (Node 24).`,
    )
    .action(async () => {
      const env = processEnvironment();
      const report = await diagnose(context.home, env);
      context.out.json(report);
      for (const line of reportLines(report)) context.out.line(line);
      if (!report.ok) process.exitCode = 1;
    });
}

export interface Report {
  /** Everything that every command needs is there. */
  ok: boolean;
  osler: string;
  home: string;
  /** Whether every account of the machine may look into it. */
  homeOpenToAll: boolean;
  node: { version: string; ok: boolean };
  machine: Machine;
  /** Needed by commands that train. */
  libtorch: LibTorch;
  compiler: Tool;
  cmake: Tool;
  /** Needed by the browser test only. */
  browser: Tool;
  packageManager: PackageManager | null;
  /** What is missing and how to get it on this system. */
  install: { what: string; neededFor: string; how: string }[];
}

const BROWSERS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export async function diagnose(
  home: string,
  env: { version: string; libtorch: string | undefined; path: string[] },
): Promise<Report> {
  const [machine, compiler, cmake, browser] = await Promise.all([
    probeMachine(home),
    probeTool(['c++', 'g++', 'clang++'], env.path),
    probeTool(['cmake'], env.path),
    probeTool(BROWSERS, env.path),
  ]);
  const libtorch = probeLibTorch(env.libtorch);
  const node = { version: process.versions.node, ok: Number(process.versions.node.split('.')[0]) >= 24 };
  const packageManager = findPackageManager(env.path);
  const missing: Part[] = [
    ...(node.ok ? [] : (['node'] as const)),
    ...(libtorch.found ? [] : (['libtorch'] as const)),
    ...(compiler.path === null ? (['compiler'] as const) : []),
    ...(cmake.path === null ? (['cmake'] as const) : []),
    ...(browser.path === null ? (['browser'] as const) : []),
  ];
  return {
    ok: node.ok,
    osler: env.version,
    home,
    homeOpenToAll: isOpenToAll(home),
    node,
    machine,
    libtorch,
    compiler,
    cmake,
    browser,
    packageManager,
    install: missing.map((part) => ({ ...PARTS[part], how: howTo(part, packageManager, process.platform) })),
  };
}

type Part = 'node' | 'libtorch' | 'compiler' | 'cmake' | 'browser';

const PARTS: Record<Part, { what: string; neededFor: string }> = {
  node: { what: 'Node >= 24', neededFor: 'everything' },
  libtorch: { what: 'LibTorch', neededFor: 'train, evaluate a run, export, reproduce' },
  compiler: { what: 'a C++17 compiler', neededFor: 'train, evaluate a run, export, reproduce' },
  cmake: { what: 'CMake', neededFor: 'train, evaluate a run, export, reproduce' },
  browser: { what: 'Chromium', neededFor: 'the browser test and the README picture' },
};

const UNPACK =
  'download "LibTorch, C++/Java" from https://pytorch.org/get-started/locally, unpack it and set LIBTORCH to the folder; ' +
  'or pip install torch and set LIBTORCH to its site-packages/torch';

const COMMANDS: Record<PackageManager, Record<Part, string>> = {
  'apt-get': {
    node: 'start through ./osler, which fetches it (or install it from nodejs.org)',
    libtorch: 'apt-get install libtorch-dev (./osler train does it), or set LIBTORCH to an unpacked LibTorch',
    compiler: 'apt-get install g++ make',
    cmake: 'apt-get install cmake',
    browser: 'apt-get install chromium',
  },
  dnf: commands('dnf install', 'gcc-c++ make', 'cmake', 'chromium'),
  zypper: commands('zypper install', 'gcc-c++ make', 'cmake', 'chromium'),
  pacman: {
    ...commands('pacman -S', 'gcc make', 'cmake', 'chromium'),
    libtorch: `pacman -S python-pytorch and LIBTORCH=/usr; or ${UNPACK}`,
  },
  apk: {
    ...commands('apk add', 'g++ make', 'cmake', 'chromium'),
    libtorch: 'LibTorch has no build for musl: use a Debian container',
  },
  brew: {
    node: 'brew install node@24',
    libtorch: 'brew install pytorch, then export LIBTORCH="$(brew --prefix pytorch)"',
    compiler: 'xcode-select --install',
    cmake: 'brew install cmake',
    browser: 'brew install --cask chromium',
  },
};

function commands(install: string, compiler: string, cmake: string, browser: string): Record<Part, string> {
  return {
    node: 'start through ./osler, which fetches it (or install it from nodejs.org)',
    libtorch: UNPACK,
    compiler: `${install} ${compiler}`,
    cmake: `${install} ${cmake}`,
    browser: `${install} ${browser}`,
  };
}

/** The command that gets a part on this system, in words where there is none. */
export function howTo(part: Part, manager: PackageManager | null, platform: NodeJS.Platform): string {
  if (manager !== null) return COMMANDS[manager][part];
  if (platform === 'darwin') {
    return part === 'compiler'
      ? COMMANDS.brew.compiler
      : `install Homebrew from https://brew.sh, then ${COMMANDS.brew[part]}`;
  }
  const words = { node: 'install Node 24 from https://nodejs.org', libtorch: UNPACK };
  return part in words ? words[part as 'node'] : `install ${PARTS[part].what} with the system's package manager`;
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

function reportLines(report: Report): string[] {
  const { machine, libtorch } = report;
  const { cpu, memory, disk, gpu } = machine;
  const row = (state: boolean | null, name: string, text: string): string =>
    `${state === null ? ' ' : state ? pc.green('✓') : pc.yellow('!')} ${name.padEnd(10)} ${text}`;
  const tool = (name: string, { path, version }: Tool) =>
    row(path !== null, name, path === null ? 'not found' : `${version} (${path})`);
  const flags = Object.entries(cpu.flags);
  const has = flags.filter(([, on]) => on).map(([flag]) => flag);
  const hasNot = flags.filter(([, on]) => !on).map(([flag]) => flag);
  return [
    row(null, 'Osler', `${report.osler}, state in ${report.home}`),
    ...(report.homeOpenToAll ? [row(false, '', openHomeWords(report.home))] : []),
    row(null, 'System', machine.platform),
    row(report.node.ok, 'Node', report.node.version),
    row(
      libtorch.found,
      'LibTorch',
      libtorch.found
        ? `${libtorch.version} in ${libtorch.path}`
        : `not found; looked for ${libtorch.looked.join(', ')}`,
    ),
    tool('Compiler', report.compiler),
    tool('CMake', report.cmake),
    row(null, 'CPU', `${cpu.model}, ${cpu.threads} threads`),
    row(
      null,
      '',
      `${has.join(' ') || 'no vector extensions'}${hasNot.length > 0 ? pc.dim(`  (without ${hasNot.join(' ')})`) : ''}`,
    ),
    row(null, 'Memory', `${gigabytes(memory.freeBytes)} free of ${gigabytes(memory.totalBytes)}`),
    ...(disk === null
      ? []
      : [
          row(
            disk.freeBytes > 5 * 2 ** 30,
            'Disk',
            `${gigabytes(disk.freeBytes)} free of ${gigabytes(disk.totalBytes)} at ${disk.path}`,
          ),
        ]),
    row(
      null,
      'GPU',
      gpu.length === 0
        ? 'none found (nvidia-smi); training runs on the CPU'
        : gpu.map((g) => `${g.name}, ${g.memory}, driver ${g.driver}`).join('; '),
    ),
    tool('Browser', report.browser),
    ...report.install.flatMap(({ what, neededFor, how }) => [
      '',
      `${pc.yellow('!')} ${what} is missing (needed for: ${neededFor})`,
      `  ${how}`,
    ]),
  ];
}
