import { z } from 'zod';

/** What crosses a split, in samples that are used. */
export const LeakCounts = z.object({
  /** Groups (patients, lesions) with samples in more than one split. */
  groups: z.int(),
  /** Sets of exact copies that do. */
  exact: z.int(),
  /** Sets of near copies (of different pictures) that do. */
  near: z.int(),
  /** Samples of val and test with a counterpart in train: of their group, a copy or a near copy, or tied to it by these. */
  exposed: z.object({ val: z.int(), test: z.int() }),
});
export type LeakCounts = z.infer<typeof LeakCounts>;

/** What the stamp `leaky` stands for, wherever it goes: run, report, bundle, answers. */
export const LeakStamp = LeakCounts.extend({
  /** Who took it on themselves, and why. */
  accepted: z.object({ reason: z.string(), by: z.string(), at: z.string() }).nullable(),
});
export type LeakStamp = z.infer<typeof LeakStamp>;

/** Without the name of who accepted them: that stays with the run and the bundle. */
export function countsOf({ groups, exact, near, exposed }: LeakCounts): LeakCounts {
  return { groups, exact, near, exposed };
}

/** "26 groups and 3 sets of near copies on both sides of the split; 26 test and 4 validation images have a counterpart in train" */
export function leakWords({ groups, exact, near, exposed }: LeakCounts): string {
  const parts = [
    ...(groups > 0 ? [plural(groups, 'group')] : []),
    ...(exact > 0 ? [plural(exact, 'set of exact copies', 'sets of exact copies')] : []),
    ...(near > 0 ? [plural(near, 'set of near copies', 'sets of near copies')] : []),
  ];
  const crossing =
    parts.length < 2 ? (parts[0] ?? 'images tied by copies') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  const known = [
    ...(exposed.test > 0 ? [plural(exposed.test, 'test image')] : []),
    ...(exposed.val > 0 ? [plural(exposed.val, 'validation image')] : []),
  ];
  const which =
    known.length === 0
      ? ''
      : `; ${known.join(' and ')} ${exposed.test + exposed.val === 1 ? 'has' : 'have'} a counterpart in train`;
  return `${crossing} on both sides of the split${which}`;
}

/** The stamps for a terminal: "leaky (26 groups on both sides...)". */
export function stampWords(stamps: readonly string[], leaks: LeakCounts | null | undefined): string[] {
  return stamps.map((stamp) => (stamp === 'leaky' && leaks ? `leaky (${leakWords(leaks)})` : stamp));
}

/** "accepted by mk, 2026-11-21: published split"; null where nobody has taken the leaks on themselves. */
export function acceptedWords(leaks: Pick<LeakStamp, 'accepted'> | null | undefined): string | null {
  if (!leaks?.accepted) return null;
  const { by, at, reason } = leaks.accepted;
  return `accepted by ${by}, ${at.slice(0, 10)}: ${reason}`;
}

function plural(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}
