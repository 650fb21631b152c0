/** Who goes first where several wait, in this order. */
export const PRIORITIES = ['high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Negative where `a` goes before `b`; 0 for the same priority. */
export const byPriority = (a: Priority, b: Priority): number => PRIORITIES.indexOf(a) - PRIORITIES.indexOf(b);

/** Where an image stands among those that wait for a thread. */
export interface Turn {
  /** Default `normal`. */
  priority?: Priority;
  /** Ends when nobody wants its answer any more. */
  wanted?: AbortSignal | undefined;
  /** When that is, of `performance.now()`, where it has a deadline. */
  due?: number | undefined;
}

/** Milliseconds for which an image is taken to have come sooner than it did: more than a busy server's queue is long, and nobody waits for ever. */
const HEAD_START = { high: 1_000, normal: 0, low: -1_000 } as const satisfies Record<Priority, number>;

/**
 * Of what came at that moment (of `performance.now()`): smaller goes first. What goes behind others waits for them for half of the time
 * that it has at most: else a short deadline would be over before its turn whenever there is always somebody.
 */
export function rankOf(since: number, { priority = 'normal', due = Number.POSITIVE_INFINITY }: Turn = {}): number {
  return since - Math.max(HEAD_START[priority], Math.min(0, since - due) / 2);
}
