import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RunRecord } from '../store/run.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** Osler's own version, and the commit of its checkout: null where there is no git or no checkout. */
export async function codeVersion(version: string): Promise<RunRecord['code']> {
  const git = async (...args: string[]) =>
    (await run('git', ['-C', ROOT, ...args], { encoding: 'utf8' })).stdout.trim();
  try {
    const commit = await git('rev-parse', 'HEAD');
    return { version, commit, dirty: (await git('status', '--porcelain', '--untracked-files=no')) !== '' };
  } catch {
    return { version, commit: null, dirty: false };
  }
}
