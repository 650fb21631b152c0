import { hash } from 'node:crypto';
import type { Scratch, SortedList, StringMap } from '../../store/scratch.ts';

/** What moves as one: all samples of a group and of the groups tied to it by equal bytes, or the copies of one image. */
export interface Unit {
  key: string;
  /** Samples per label. */
  labels: Map<string, number>;
}

/**
 * Deals units out to parts so that each part gets its share of every class.
 *
 * The method is iterative stratification (Sechidis et al. 2011) in one pass over a hash order. Every class is a stratum; a
 * unit with several labels belongs to its rarest. Strata are dealt from the rarest to the commonest. Within one, units stand
 * in the order of sha256(seed, key), which no other unit influences, and the row is cut where the shares of the samples
 * still wanted by each part end: a unit falls where its middle does. What was placed before (by an earlier version, or in a
 * rarer stratum) counts, so that deviations are made good. A class with at least as many units as parts is in every part.
 *
 * The deviation of a class in a part is at most half its largest unit at each of the part's two cuts, so one sample where
 * samples stand alone. New units move the cuts a little; whoever wants the old ones to stay places them first (`place`).
 */
export class Assigner {
  private readonly shares: number[];
  private readonly seed: number;
  private readonly waiting: SortedList;
  private readonly parts: StringMap;
  /** Samples of each class that are dealt out, over all. */
  private readonly totals: Map<string, number>;
  private readonly ranks: Map<string, number>;
  /** Units of each stratum that wait. */
  private readonly units = new Map<string, number>();
  /** Samples of each class that each part has. */
  private readonly placed: Map<string, number>[];

  /** @param shares of each part, summing to 1. @param totals samples of each class that will be placed or added. */
  constructor(scratch: Scratch, options: { shares: number[]; seed: number; totals: Map<string, number> }) {
    this.shares = options.shares;
    this.seed = options.seed;
    this.totals = options.totals;
    this.waiting = scratch.list();
    this.parts = scratch.map();
    const order = [...options.totals].sort(([a, m], [b, n]) => m - n || (a < b ? -1 : 1));
    this.ranks = new Map(order.map(([label], rank) => [label, rank]));
    this.placed = this.shares.map(() => new Map());
  }

  /** Puts a unit into a part, whatever its order. */
  place(unit: Unit, part: number): void {
    this.parts.set(unit.key, String(part));
    for (const [label, count] of unit.labels) {
      this.placed[part]!.set(label, (this.placed[part]!.get(label) ?? 0) + count);
    }
  }

  /** Lets a unit wait for `deal`. */
  add(unit: Unit): void {
    const stratum = [...unit.labels.keys()].reduce((a, b) => (this.ranks.get(a)! <= this.ranks.get(b)! ? a : b));
    this.units.set(stratum, (this.units.get(stratum) ?? 0) + 1);
    const rank = String(this.ranks.get(stratum)!).padStart(8, '0');
    const order = hash('sha256', `${this.seed}\0${unit.key}`);
    this.waiting.add(`${rank}${order}`, JSON.stringify([stratum, unit.key, [...unit.labels]]));
  }

  deal(): void {
    let stratum: Stratum | undefined;
    for (const [, json] of this.waiting.sorted()) {
      const [label, key, counts] = JSON.parse(json) as [string, string, [string, number][]];
      if (stratum?.label !== label) stratum = this.open(label);
      const unit = { key, labels: new Map(counts) };
      this.place(unit, this.choose(stratum, unit.labels.get(label)!));
    }
  }

  part(key: string): number {
    return Number(this.parts.get(key));
  }

  /** Where the row of a stratum is cut: each part's share of the class, less what it has, scaled to what is left to deal. */
  private open(label: string): Stratum {
    const total = this.totals.get(label)!;
    const has = this.placed.map((counts) => counts.get(label) ?? 0);
    const wanted = this.shares.map((share, part) => Math.max(0, share * total - has[part]!));
    const left = total - has.reduce((a, b) => a + b, 0);
    const scale = left / (wanted.reduce((a, b) => a + b, 0) || 1);
    let end = 0;
    const ends = wanted.map((want) => (end += want * scale));
    const units = this.units.get(label)!;
    const already = has.filter((count) => count > 0).length;
    return { label, ends, at: 0, unitsLeft: units, everywhere: units + already >= this.used().length };
  }

  private choose(stratum: Stratum, weight: number): number {
    const middle = stratum.at + weight / 2;
    stratum.at += weight;
    const used = this.used();
    const natural = used.find((part) => middle < stratum.ends[part]!) ?? used.at(-1)!;
    stratum.unitsLeft -= 1;
    if (!stratum.everywhere) return natural;
    // As many units are left as parts have none of this class: they get one each.
    const empty = used.filter((part) => !this.placed[part]!.has(stratum.label));
    return stratum.unitsLeft + 1 <= empty.length && !empty.includes(natural) ? empty[0]! : natural;
  }

  private used(): number[] {
    return this.shares.flatMap((share, part) => (share > 0 ? [part] : []));
  }
}

interface Stratum {
  label: string;
  /** Of each part, in samples along the row. */
  ends: number[];
  at: number;
  unitsLeft: number;
  everywhere: boolean;
}
