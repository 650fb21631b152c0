import type { SortedList } from '../../store/scratch.ts';
import type { Copies } from './copies.ts';

/** Why a sample is excluded: its picture, or a near copy of it, occurs under another label too. Nobody knows which is right. */
export const LABEL_CONFLICT = 'labelConflict';

export interface Conflicts {
  /** Names of pictures (`Copies.pictureOf`) that occur under more than one label. */
  pictures: ReadonlySet<string>;
  /** Some of them, for a sentence. */
  examples: string[];
}

/** @param labels of every sample: sha256 -> JSON of [label, id]. Memory is for what has a copy only. */
export function findConflicts(labels: SortedList, copies: Copies): Conflicts {
  const first = new Map<string, [label: string, id: string]>();
  const pictures = new Set<string>();
  const examples: string[] = [];
  for (const [sha, run] of labels.runs()) {
    if (run.length === 1 && !copies.has(sha)) continue;
    const picture = copies.pictureOf(sha);
    for (const json of run) {
      const [label, id] = JSON.parse(json) as [string, string];
      const other = first.get(picture);
      if (other === undefined) first.set(picture, [label, id]);
      else if (other[0] !== label && !pictures.has(picture)) {
        pictures.add(picture);
        if (examples.length < 10) examples.push(`${other[1]} (${other[0]}) = ${id} (${label})`);
      }
    }
  }
  return { pictures, examples };
}
