import { OslerError } from '../../errors.ts';

/**
 * Runs work with a signal that ends when nobody waits for it any more: with `wanted`, and its reason, or with DEADLINE_EXCEEDED after so
 * many milliseconds. What the work has begun by then it may finish.
 */
export async function within<T>(
  milliseconds: number,
  wanted: AbortSignal | undefined,
  work: (wanted: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const leave = (): void => over.abort(wanted!.reason);
  const late = (): void =>
    over.abort(new OslerError('DEADLINE_EXCEEDED', `The request was not reached within ${milliseconds} ms.`));
  if (wanted?.aborted) leave();
  wanted?.addEventListener('abort', leave, { once: true });
  const timer = setTimeout(late, milliseconds);
  try {
    return await work(over.signal);
  } finally {
    clearTimeout(timer);
    wanted?.removeEventListener('abort', leave);
  }
}
