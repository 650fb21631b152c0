/** Who goes first where several wait, in this order. */
export const PRIORITIES = ['high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Negative where `a` goes before `b`; 0 for the same priority. */
export const byPriority = (a: Priority, b: Priority): number => PRIORITIES.indexOf(a) - PRIORITIES.indexOf(b);
