/** Runs the command line as a person would, in a process of its own with a home of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../src/config/environment.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export function start(
  home: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: childEnvironment({ OSLER_HOME: home, ...options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
}

export function finished(child: ChildProcess): Promise<Finished> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs a command to its end with nothing (or `input`) on its standard input. */
export function osler(
  home: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string>; input?: string | Uint8Array } = {},
): Promise<Finished> {
  const child = start(home, args, options);
  child.stdin!.end(options.input);
  return finished(child);
}

/** Runs a command with `--json`, insists on success, and returns the one document on its standard output. */
export async function oslerJson<T>(
  home: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<T> {
  const { code, stdout, stderr } = await osler(home, [...args, '--json'], options);
  if (code !== 0) throw new Error(`osler ${args.join(' ')} ended with ${code}:\n${stderr}\n${stdout}`);
  return JSON.parse(stdout) as T;
}

/** Processor seconds of all that this process started and that has ended (Linux): what they took, whoever else was at work. */
export function processorSeconds(): number {
  // proc_pid_stat(5): cutime and cstime, in hundredths, counted from behind the program's name.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)!.split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
