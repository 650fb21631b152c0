/** Pythons with peers from PyPI, for tests and benchmarks alone: each a virtual environment in the checkout's tools, made once. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PEERS = fileURLToPath(new URL('../../.osler/tools/peers', import.meta.url));
/** Of one installation: MLflow with all it depends on took 70 s. */
const PATIENCE_MS = 15 * 60_000;

/**
 * The path of a Python that has `packages`, each with its exact version: `peer('mlflow', ['mlflow==3.17.2'])`. Others that ask for
 * the same wait for the one that makes it. Its programs lie beside it. Throws, with the last lines of pip, when it can't be made.
 */
export async function peer(name: string, packages: readonly string[]): Promise<string> {
  const loose = packages.filter((one) => !/^[\w.[\]-]+==[\w.]+$/.test(one));
  if (loose.length > 0) throw new Error(`${loose.join(', ')}: name an exact version, as in mlflow==3.17.2`);
  const hash = createHash('sha256')
    .update([...packages].sort().join('\n'))
    .digest('hex')
    .slice(0, 12);
  const folder = join(PEERS, `${name}-${hash}`);
  const python = join(folder, 'bin', 'python');
  const ready = join(folder, 'ready');
  if (existsSync(ready)) return python;
  mkdirSync(PEERS, { recursive: true });
  const lock = `${folder}.lock`;
  const deadline = Date.now() + PATIENCE_MS;
  while (!take(lock)) {
    if (existsSync(ready)) return python;
    if (Date.now() > deadline)
      throw new Error(`${lock} has been held for too long: remove it if nobody makes ${folder}`);
    await sleep(200);
  }
  try {
    if (existsSync(ready)) return python;
    rmSync(folder, { recursive: true, force: true });
    process.stderr.write(`making ${folder} with ${packages.join(', ')}\n`);
    await step(
      'python3',
      ['-m', 'venv', folder],
      'install Python 3 with its venv (Debian: apt-get install python3-venv)',
    );
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', ...packages];
    await step(python, pip, 'check the network and pip’s index setting');
    writeFileSync(ready, `${packages.join('\n')}\n`);
    return python;
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

async function step(program: string, args: string[], hint: string): Promise<void> {
  try {
    await run(program, args, { timeout: PATIENCE_MS, maxBuffer: 2 ** 26 });
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const last = (stderr || message).trim().split('\n').slice(-8).join('\n');
    throw new Error(`${program} ${args.join(' ')} failed:\n${last}\nWhat to do: ${hint}`, { cause: error });
  }
}

/** A lock whose holder has ended is taken over. */
function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Without a number yet: its maker is about to write it, unless it ended right then.
    const stale =
      code === 'ESRCH' ||
      (code === 'ENOENT' && Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0) > 5_000);
    if (stale) rmSync(lock, { recursive: true, force: true });
  }
  return false;
}
