/** Runs a program of a peer's and gives what it printed. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment } from '../../../src/config/environment.ts';

const run = promisify(execFile);

export interface Ran {
  stdout: string;
  stderr: string;
}

export async function program(
  path: string,
  args: string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<Ran> {
  try {
    return await run(path, args, {
      cwd: options.cwd,
      env: childEnvironment({ ...options.env }),
      timeout: 120_000,
      maxBuffer: 2 ** 26,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as Partial<Ran>;
    throw new Error(`${path} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** A script, in a folder of its own. */
export async function script(
  python: string,
  folder: string,
  code: string,
  env: Record<string, string> = {},
): Promise<Ran> {
  const path = join(folder, 'script.py');
  writeFileSync(path, code);
  return program(python, [path], { cwd: folder, env });
}
