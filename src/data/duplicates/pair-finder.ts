import type { Scratch, SortedList } from '../../store/scratch.ts';
import { compareUtf8 } from '../manifest.ts';
import type { Pair, Sample } from '../sample.ts';
import type { Copies } from './copies.ts';

/**
 * Turns pairs of contents into pairs of samples, while the samples go by in the manifest's order. The first sample of a content
 * stands for it; its other samples are exact copies of that one. Memory is for what has a copy only.
 */
export class PairFinder {
  private readonly copies: Copies;
  private readonly rows: SortedList;

  constructor(scratch: Scratch, copies: Copies) {
    this.copies = copies;
    this.rows = scratch.list();
  }

  take({ sha256, id }: Sample): void {
    this.rows.add(sha256, id);
  }

  /** `duplicates`: samples whose pixels equal an earlier one's; `nearDuplicates`: pictures that are near copies of an earlier one. */
  finish(): { pairs: Pair[]; duplicates: number; nearDuplicates: number } {
    const { copies } = this;
    const pairs: Pair[] = [];
    const firsts = new Map<string, string>();
    for (const [sha, [first, ...others]] of this.rows.runs()) {
      if (copies.has(sha)) firsts.set(sha, first!);
      for (const b of others) pairs.push({ a: first!, b, kind: 'exact', distance: 0, transform: 'none' });
    }
    let duplicates = pairs.length;
    const sets = new Set<string>();
    const pictures = new Set<string>();
    for (const sha of firsts.keys()) {
      sets.add(copies.exactOf(sha));
      pictures.add(copies.pictureOf(sha));
    }
    duplicates += firsts.size - sets.size;
    for (const { a, b, ...rest } of copies.pairs) {
      const [one, two] = [firsts.get(a), firsts.get(b)];
      // Of a set that a version was made from in part.
      if (one === undefined || two === undefined) continue;
      pairs.push({ a: one, b: two, ...rest });
    }
    const sorted = pairs.map(inOrder).sort((p, q) => compareUtf8(p.a, q.a) || compareUtf8(p.b, q.b));
    return { pairs: sorted, duplicates, nearDuplicates: sets.size - pictures.size };
  }
}

function inOrder(pair: Pair): Pair {
  const { a, b, transform } = pair;
  return compareUtf8(a, b) <= 0 ? pair : { ...pair, a: b, b: a, transform: inverse(transform) };
}

/** Of what `transform` says, only a quarter turn has a direction. */
function inverse(transform: string): string {
  return transform.replace(/rotated (90|270)/, (_, degrees) => `rotated ${360 - Number(degrees)}`);
}
