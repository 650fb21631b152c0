import type { Finding, Version } from './queries.ts';

export const CHECKS: Record<Finding['check'], string> = {
  leaks: 'Leaks',
  labelConflicts: 'Label conflicts',
  exactDuplicates: 'Exact duplicates',
  nearDuplicates: 'Near duplicates',
  groups: 'Groups that look wrong',
  shortcut: 'Shortcuts',
  balance: 'Balance and coverage',
  unreadable: 'Unreadable files',
};

export const LEVELS: Record<Finding['level'], { word: string; color: string }> = {
  problem: { word: 'problem', color: 'red' },
  warning: { word: 'look at it', color: 'orange' },
  note: { word: 'note', color: 'gray' },
  ok: { word: 'clean', color: 'teal' },
  skipped: { word: 'not looked for', color: 'gray' },
};

export const CHANGES = {
  added: 'added',
  removed: 'removed',
  relabelled: 'with another label',
  moved: 'moved to another split',
  leftOut: 'left out',
  broughtBack: 'brought back',
  picture: 'with other bytes',
  regrouped: 'regrouped',
  columns: 'with other columns',
} as const;
export type Change = keyof typeof CHANGES;

const EXCLUDED: Record<string, string> = {
  labelConflict: 'the same picture stands under another label',
  leak: 'something it belongs with is in val or test',
  person: 'somebody decided so',
};

/** Why an image is in no split. */
export const excludedWords = (reason: string): string => EXCLUDED[reason] ?? reason;

/** What is left out, and why, in a sentence; empty where nothing is. */
export function leftOutWords({ excluded }: Pick<Version, 'excluded'>): string {
  return Object.entries(excluded)
    .map(([reason, images]) => `${images} left out: ${excludedWords(reason)}`)
    .join('; ');
}

/** What a page says of commands, without them: the page has buttons. */
export const withoutCommands = (text: string): string =>
  text
    .split(/(?<=[.;])\s+/)
    .reduce((kept, part) => {
      if (!/(^|\s)(osler |--[a-z])/.test(part)) return `${kept} ${part}`;
      // Where the end of a sentence goes, what is left of it ends before.
      return part.endsWith('.') ? kept.replace(/;$/, '.') : kept;
    }, '')
    .trim()
    .replace(/;$/, '.');
