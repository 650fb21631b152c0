import { asFault } from '../api/fault.ts';

/** What a page reads: a query, or what several of them are together. */
export interface Reading<T = unknown> {
  data: T | undefined;
  error: unknown;
  /** Why it did not come yet, while it is asked again. */
  failureReason?: unknown;
  refetch: () => unknown;
}

/** Several queries as one: none of them, unless all were read. */
export function together<const T extends readonly Reading[]>(
  ...queries: T
): Reading<{ [K in keyof T]: NonNullable<T[K]['data']> }> {
  const data = queries.map(lastRead);
  return {
    data: data.includes(undefined) ? undefined : (data as { [K in keyof T]: NonNullable<T[K]['data']> }),
    error: queries.find(({ error }) => error !== null)?.error ?? null,
    failureReason: queries.find(({ failureReason = null }) => failureReason !== null)?.failureReason ?? null,
    refetch: () => Promise.all(queries.map(({ refetch }) => refetch())),
  };
}

/**
 * What was read last. A server or a network that fails for a while does not take it away; one that says that there is no such thing,
 * or that it is not for this person, does.
 */
export function lastRead<T>({ data, error }: Pick<Reading<T>, 'data' | 'error'>): T | undefined {
  const { status } = error === null ? { status: 0 } : asFault(error);
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? undefined : data;
}

/** Whether a part of a page has nothing to show but what went wrong. Where it has, its page says that it could not be read again. */
export const isAbsent = (query: Reading): boolean => query.error !== null && lastRead(query) === undefined;
