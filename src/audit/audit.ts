import { z } from 'zod';
import { Acceptance, Pair, Split } from '../data/sample.ts';
import { Move } from '../data/split/mend.ts';
import { LeakCounts } from '../store/leak-stamp.ts';
import { BalanceResult } from './balance-result.ts';
import { ShortcutResult } from './shortcut/result.ts';

/** The checks of an audit, in the order in which they are reported. */
export const CHECKS = [
  'leaks',
  'labelConflicts',
  'exactDuplicates',
  'nearDuplicates',
  'groups',
  'shortcut',
  'balance',
  'unreadable',
] as const;
export type Check = (typeof CHECKS)[number];

/** `problem`: training refuses, or results would be wrong. `warning`: look at it. `note`: good to know. `skipped`: not asked. */
export const Level = z.enum(['problem', 'warning', 'note', 'ok', 'skipped']);
export type Level = z.infer<typeof Level>;

/** What a check came to, in words: what was found, what training does about it by itself, and what changes that. */
export const Finding = z.object({
  check: z.enum(CHECKS),
  level: Level,
  /** Of what was found: sets, pairs, groups or files, as `summary` says. */
  count: z.int(),
  summary: z.string(),
  byDefault: z.string(),
  toChange: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/**
 * Two samples on both sides of the split that belong together. `a` is in the earlier split (train before val before test), `b` in
 * the later one. `group`: they are of one patient or lesion; `exact`, `near`: they show the same picture.
 */
export const Leak = z.object({
  kind: z.enum(['group', 'exact', 'near']),
  a: z.string(),
  b: z.string(),
  splits: z.tuple([Split, Split]),
  /** Of a group leak. */
  group: z.string().optional(),
});
export type Leak = z.infer<typeof Leak>;

/** Names of groups that can hardly be right. */
export const OddGroup = z.object({
  /** `sex`, `age`: one group with values that exclude each other. `spelling`: names that differ by case or padding only. */
  kind: z.enum(['sex', 'age', 'spelling']),
  groups: z.array(z.string()),
  /** The values that clash, or the spellings. */
  values: z.array(z.string()),
  /** Some of the samples, at least one for each value. */
  samples: z.array(z.string()),
});
export type OddGroup = z.infer<typeof OddGroup>;

/** `audit.json`. Ids are paths relative to the imported source. */
export const Audit = z.object({
  format: z.literal('osler-audit/1'),
  dataset: z.object({ name: z.string(), version: z.int(), digest: z.string() }),
  createdAt: z.string(),
  seconds: z.number(),
  /** Images that were read, those left out of training included. */
  samples: z.int(),
  classes: z.array(z.string()),
  splits: z.record(z.string(), z.int()),
  /** Images that training does not use, by reason. */
  excluded: z.record(z.string(), z.int()),
  stamps: z.array(z.string()),
  unreadable: z.array(z.object({ id: z.string(), reason: z.string() })),
  exactDuplicates: z.array(z.array(z.string())),
  nearDuplicates: z.array(z.array(z.string())),
  /** False when near duplicates were not looked for at import. */
  nearSearched: z.boolean(),
  /** How the pairs behind these sets relate, the exact ones left away. */
  nearPairs: z.array(Pair),
  labelConflicts: z.array(z.array(z.string())),
  /** Of these, how many are in different splits of the source: leaks, were they not left out. */
  conflictsAcross: z.int(),
  /** Which labels clash, the most frequent first: one that clashes with another as a whole is a class that is not one. */
  conflictingLabels: z.array(z.object({ labels: z.array(z.string()), pictures: z.int() })),
  /** Images of each class: all, and those that are left when the others are left out. */
  classSizes: z.record(z.string(), z.object({ images: z.int(), used: z.int() })),
  leaks: z.array(Leak),
  leakCounts: LeakCounts,
  accepted: Acceptance.nullable(),
  /** What mending moved when this version was made. */
  moved: z.array(Move).default([]),
  groups: z.array(OddGroup),
  /** Images that name no patient or lesion: for these only copies can be seen to cross. */
  ungrouped: z.int(),
  /** A column that looks as if it named patients or lesions, where no group was named. */
  unusedGrouping: z.string().nullable(),
  /** Null when it was not asked for. */
  shortcut: ShortcutResult.nullable(),
  balance: BalanceResult.nullable(),
  findings: z.array(Finding),
});
export type Audit = z.infer<typeof Audit>;
