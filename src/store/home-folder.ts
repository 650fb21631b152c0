import { mkdirSync, statSync } from 'node:fs';

/**
 * What a home holds (images, names of people and of files, what models said of patients) is no other account's business; a group may share
 * it, by its umask. One that is there already keeps the mode that it has.
 */
export function makeHome(home: string): void {
  mkdirSync(home, { recursive: true, mode: 0o770 });
}

/** Whether every account of the machine may look into it; false where there is none. */
export function isOpenToAll(home: string): boolean {
  // Windows has no such modes.
  if (process.platform === 'win32') return false;
  return ((statSync(home, { throwIfNoEntry: false })?.mode ?? 0) & 0o007) !== 0;
}

export const openHomeWords = (home: string): string =>
  `Every account of this machine may read ${home}, with the images and answers in it. To keep it to yours and its group: chmod o= ${home}`;
