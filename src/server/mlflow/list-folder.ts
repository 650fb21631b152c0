import type { Artifacts } from '../../store/artifacts/artifacts.ts';
import { invalid } from './errors.ts';

export interface FileInfo {
  path: string;
  is_dir: boolean;
  file_size?: number;
}

/** Files and folders right below a folder of a run or logged model, by their whole paths, sorted. Empty when it is a file. */
export async function listFolder(artifacts: Artifacts, owner: string, folder: string | undefined): Promise<FileInfo[]> {
  const under =
    folder === undefined || folder === '' || folder === '.' ? '' : checkRelative(folder).replace(/\/+$/, '');
  const start = under === '' ? '' : `${under}/`;
  const found = new Map<string, FileInfo>();
  for (const { path, bytes } of await artifacts.list(owner, under === '' ? {} : { under })) {
    const rest = path.slice(start.length);
    const slash = rest.indexOf('/');
    if (slash === -1) found.set(path, { path, is_dir: false, file_size: bytes });
    else found.set(start + rest.slice(0, slash), { path: start + rest.slice(0, slash), is_dir: true });
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Throws for a path that is absolute, or leads upwards however it is spelt. */
export function checkRelative(path: string): string {
  let decoded = path;
  for (let i = 0; i < 10 && /%[0-9a-f]{2}/i.test(decoded); i++) {
    try {
      decoded = decodeURIComponent(decoded);
    } catch {
      break;
    }
  }
  const wrong = /[#\\]/.test(decoded) || decoded.split('/').includes('..') || /^(\/|[a-zA-Z]:|file:)/.test(decoded);
  if (wrong) throw invalid('Invalid path');
  return path;
}
