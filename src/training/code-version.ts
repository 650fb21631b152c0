import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RunRecord } from '../store/run.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** Folders of the checkout whose files decide a result: a new one counts as changed, though git does not know it yet. */
const CODE = ['src', 'native'];

/** Bytes of a difference that are kept. */
const DIFF_BYTES = 8_000_000;
const PLAIN = ['--no-color', '--no-ext-diff'];

/** Osler's own version, and the commit of its checkout: null where there is no git or no checkout. */
export async function codeVersion(version: string, root = ROOT): Promise<RunRecord['code']> {
  try {
    const commit = (await git(root, 'rev-parse', 'HEAD')).trim();
    const changed = await git(root, 'status', '--porcelain', '--untracked-files=no');
    return { version, commit, dirty: changed !== '' || (await newFiles(root)).length > 0 };
  } catch {
    return { version, commit: null, dirty: false };
  }
}

/** How the code that runs now may differ from that of a record, in words; null where both are the same commit without changes. */
export function codeDifference(then: RunRecord['code'], now: RunRecord['code']): string | null {
  const same = then.version === now.version && then.commit === now.commit && !then.dirty && !now.dirty;
  return same ? null : `recorded by ${nameOf(then)}, this is ${nameOf(now)}`;
}

function nameOf({ version, commit, dirty }: RunRecord['code']): string {
  const parts = [...(commit === null ? [] : [commit.slice(0, 12)]), ...(dirty ? ['changed and not committed'] : [])];
  return `Osler ${version}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

/**
 * What was changed in Osler's checkout and not committed, new files of its code too, as git writes it: `git apply` makes it again.
 * Null where nothing was, or there is no git; of one too large to be kept a line that says so.
 */
export async function codeDiff(root = ROOT, bytes = DIFF_BYTES): Promise<string | null> {
  try {
    let text = await git(root, 'diff', 'HEAD', ...PLAIN);
    for (const file of await newFiles(root)) text += await git(root, 'diff', '--no-index', ...PLAIN, '/dev/null', file);
    if (text.length > bytes) return `What was changed takes ${text.length} bytes, and is not kept.\n`;
    return text === '' ? null : text;
  } catch {
    return null;
  }
}

async function newFiles(root: string): Promise<string[]> {
  return (await git(root, 'ls-files', '--others', '--exclude-standard', '-z', '--', ...CODE))
    .split('\0')
    .filter(Boolean);
}

/** What git says. Throws what execFile does, but for its 1, by which a comparison tells that there is a difference. */
async function git(root: string, ...args: string[]): Promise<string> {
  const done = run('git', ['-C', root, ...args], { encoding: 'utf8', maxBuffer: 8 * DIFF_BYTES });
  return (await done.catch((error) => (error.code === 1 ? error : Promise.reject(error)))).stdout;
}
