import { OslerError } from '../../errors.ts';

/** Bytes of UTF-8: what the longest file name paths of common file systems and object stores leave room for. */
const LONGEST = 1_000;

/**
 * An artifact's path as it is kept: relative, with forward slashes, each part a name. Content is kept by its hash and never by
 * this path; but whoever downloads it writes a file of this name. Throws USAGE for a path that leads elsewhere.
 */
export function checkPath(path: string): string {
  const wrong = problemOf(path);
  if (wrong === undefined) return path;
  throw new OslerError('USAGE', `${JSON.stringify(path.slice(0, 200))} can't be the path of an artifact: ${wrong}.`, {
    hint: 'It looks like plots/curves.svg: names with slashes between them.',
  });
}

function problemOf(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (Buffer.byteLength(path) > LONGEST) return `it is longer than ${LONGEST} bytes`;
  if (!path.isWellFormed()) return 'it is not valid Unicode';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'it holds a control character';
  if (path.includes('\\')) return 'it holds a backslash';
  if (path.startsWith('/') || /^[a-zA-Z]:/.test(path)) return 'it is absolute';
  const parts = path.split('/');
  if (parts.includes('..') || parts.includes('.')) return 'it has a part that is "." or ".."';
  if (parts.includes('')) return 'it has an empty part';
  return parts.some((part) => Buffer.byteLength(part) > 255) ? 'a part of it is longer than 255 bytes' : undefined;
}
