import { OslerError } from '../../errors.ts';

/** MLflow's token of a page: the number of rows before it, in JSON, in base64. */
export function pageToken(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString('base64');
}

/** Throws USAGE for a token that is none. */
export function offsetOf(token: string | undefined): number {
  if (token === undefined || token === '') return 0;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(token))
    throw new OslerError('USAGE', 'Invalid page token, could not base64-decode');
  const decoded = Buffer.from(token, 'base64').toString('utf8');
  let offset: unknown;
  try {
    offset = (JSON.parse(decoded) as { offset?: unknown }).offset;
  } catch {
    throw new OslerError('USAGE', `Invalid page token, decoded value=${decoded}`);
  }
  if (typeof offset === 'number' && Number.isSafeInteger(offset) && offset > 0) return offset;
  throw new OslerError('USAGE', `Invalid page token, parsed value=${decoded}`);
}
