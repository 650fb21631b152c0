/** Python for the peers of benchmarks: a virtual environment in the temporary folder, kept between runs. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @returns the path of a Python that has `packages`. */
export function pythonWith(name: string, packages: readonly string[]): string {
  const folder = join(tmpdir(), `osler-bench-python-${name}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(join(folder, 'ready'))) return python;
  process.stderr.write(`installing ${packages.join(', ')} into ${folder}\n`);
  execFileSync('python3', ['-m', 'venv', folder]);
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...packages], { stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync('touch', [join(folder, 'ready')]);
  return python;
}
