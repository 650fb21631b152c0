import type { LeakCounts } from '../store/leak-stamp.ts';
import type { Scratch, SortedList } from '../store/scratch.ts';
import type { Copies } from './duplicates/copies.ts';
import { type Sample, type Split, unitOf } from './sample.ts';

/**
 * Counts what crosses a split, in bounded memory. Excluded samples are in no split, so they leak nothing; but what they tie
 * together counts as tied, as it does when a split is made.
 */
export class LeakCounter {
  private readonly rows: SortedList;
  private readonly copies: Copies;

  constructor(scratch: Scratch, copies: Copies) {
    this.rows = scratch.list();
    this.copies = copies;
  }

  take(sample: Sample): void {
    const { split, group, sha256 } = sample;
    if (sample.excluded !== undefined) return;
    const exact = this.copies.exactOf(sha256);
    if (group !== undefined) this.rows.add(`g${group}`, `${split} `);
    this.rows.add(`e${exact}`, `${split} `);
    if (this.copies.has(sha256)) this.rows.add(`n${this.copies.pictureOf(sha256)}`, `${split} ${exact}`);
    this.rows.add(`u${unitOf(sample)}`, `${split} `);
  }

  /** Null when nothing crosses. */
  finish(): LeakCounts | null {
    const counts: LeakCounts = { groups: 0, exact: 0, near: 0, exposed: { val: 0, test: 0 } };
    for (const { kind, splits, pictures } of this.sets()) {
      if (splits.size < 2) continue;
      if (kind === 'g') counts.groups += 1;
      else if (kind === 'e') counts.exact += 1;
      else if (kind === 'n' && pictures.size > 1) counts.near += 1;
      else if (kind === 'u' && splits.has('train')) {
        counts.exposed.val += splits.get('val') ?? 0;
        counts.exposed.test += splits.get('test') ?? 0;
      }
    }
    const { groups, exact, near, exposed } = counts;
    return groups + exact + near + exposed.val + exposed.test === 0 ? null : counts;
  }

  private *sets() {
    let current: { key: string; kind: string; splits: Map<Split, number>; pictures: Set<string> } | undefined;
    for (const [key, value] of this.rows.sorted()) {
      if (current?.key !== key) {
        if (current !== undefined) yield current;
        current = { key, kind: key[0]!, splits: new Map(), pictures: new Set() };
      }
      const [split, picture] = value.split(' ') as [Split, string];
      current.splits.set(split, (current.splits.get(split) ?? 0) + 1);
      current.pictures.add(picture);
    }
    if (current !== undefined) yield current;
  }
}
