import { Scratch, type SortedList, type StringMap } from '../../store/scratch.ts';
import type { Split, SplitRule } from '../sample.ts';
import { Assigner, type Unit } from './assign.ts';
import { Links } from './links.ts';
import { LEAK, leastMend, type Mend } from './mend.ts';

export type Fractions = SplitRule['fractions'];
export const DEFAULT_FRACTIONS: Fractions = { train: 0.7, val: 0.15, test: 0.15 };
const SPLITS: readonly Split[] = ['train', 'val', 'test'];

/** What a split needs to know of a sample. */
export interface Member {
  id: string;
  sha256: string;
  label: string;
  group?: string | undefined;
  /** The split that the source gives. */
  given?: Split;
  /** It is in no split: it ties what shows its picture, but counts in no class. */
  excluded?: string | undefined;
}

export interface SplitOptions {
  fractions: Fractions;
  seed: number;
  /** Of k folds, the one that is val; the others are train. Members given as test stay test. */
  fold?: { folds: number; fold: number };
  /** The rule by which the inherited samples were split: they keep their place only under the same rule. */
  inherited?: SplitRule;
  /** Every member stays where it is given, under this rule: only what is mended moves. */
  kept?: SplitRule;
  /** Units on both sides are brought to one, moving as little as that takes (`mend.ts`). */
  mend?: boolean;
}

export interface SplitResult {
  rule: SplitRule;
  groups: number;
  /** Units on both sides of a given split: their number, and names of some. */
  leaks: { count: number; examples: string[] };
}

/**
 * Splits any number of samples in bounded memory: everything per sample is in scratch tables.
 * `inherit` (the parent version's samples), `add` and then `tie` first, then `finish`, then `splitOf` for each member.
 *
 * No group and no image ever crosses a made split: the samples of a group are one unit, equal bytes are one unit, and groups
 * that share an image, or whose images were tied, are one unit. Samples of an earlier version keep their split; where added data ties units that
 * were apart, the whole goes to train before val before test, so that nothing trained on becomes test.
 */
export class Splitter {
  private readonly scratch: Scratch;
  private readonly options: SplitOptions;
  private readonly members: SortedList;
  private readonly bySha: SortedList;
  /** A unit that each image is in, for those in a group. */
  private readonly unitOfImage: StringMap;
  private readonly votes: StringMap;
  private readonly given = new Set<Split | 'none'>();
  /** Images that occur more than once. */
  private readonly copied = new Set<string>();
  private readonly counts = new Map<string, Map<Split | 'none', number>>();
  private readonly links = new Links();
  private assigner: Assigner | undefined;
  private rule: SplitRule | undefined;
  private anyVotes = false;
  private readonly mends = new Map<string, Mend>();

  constructor(scratch: Scratch, options: SplitOptions) {
    this.scratch = scratch;
    this.options = options;
    this.members = scratch.list();
    this.bySha = scratch.list();
    this.unitOfImage = scratch.map();
    this.votes = scratch.map();
  }

  inherit(sample: Member & { split: Split }): void {
    this.anyVotes = true;
    this.votes.set(`i:${sample.id}`, sample.split);
    this.votes.set(`s:${sample.sha256}`, sample.split);
    if (sample.group !== undefined) this.votes.set(`g:${sample.group}`, sample.split);
  }

  add(member: Member): void {
    const { id, sha256, label, given, excluded } = member;
    const unit = unitName(member);
    this.members.add(unit, JSON.stringify([id, sha256, excluded === undefined ? label : null, given ?? null]));
    this.bySha.add(sha256, unit);
    if (member.group !== undefined) this.unitOfImage.set(sha256, unit);
    this.given.add(given ?? 'none');
    if (excluded !== undefined) return;
    const counts = this.counts.get(label) ?? new Map();
    this.counts.set(label, counts.set(given ?? 'none', (counts.get(given ?? 'none') ?? 0) + 1));
  }

  /** Two images, by the sha256 of their bytes, that must not be apart. Both were added. */
  tie(a: string, b: string): void {
    this.links.tie(this.unitOfImage.get(a) ?? `s:${a}`, this.unitOfImage.get(b) ?? `s:${b}`);
  }

  finish(): SplitResult {
    this.tieCopies();
    const rule = this.decide();
    this.rule = rule;
    const parts = this.parts(rule);
    const totals = new Map<string, number>();
    for (const [label, counts] of this.counts) {
      let open = 0;
      for (const [given, count] of counts) if (this.isOpen(rule, given)) open += count;
      if (open > 0) totals.set(label, open);
    }
    const assigner = new Assigner(this.scratch, { shares: parts.map((p) => p.share), seed: rule.seed, totals });
    this.assigner = assigner;
    const keep = this.anyVotes && sameRule(rule, this.options.inherited);
    const leaks = { count: 0, examples: [] as string[] };
    const names = parts.map((p) => p.split);
    for (const { unit, fixed, sizes, votes, name } of this.units(rule, keep)) {
      const vote = SPLITS.find((split) => votes.has(split) && names.includes(split));
      // The rest of a unit that the source put into test can not be kept apart from it: it stays in train.
      if (fixed.size > 0 || unit.labels.size === 0) assigner.place(unit, 0);
      else if (vote !== undefined) assigner.place(unit, names.indexOf(vote));
      else assigner.add(unit);
      if (fixed.size > 0 && unit.labels.size > 0 && rule.kind !== 'made') fixed.add('train');
      if (fixed.size > 1 && this.options.mend) {
        const open = [...unit.labels.values()].reduce((a, b) => a + b, 0);
        this.mends.set(unit.key, leastMend({ ...sizes, train: sizes.train + open }, { toVal: open === 0 }));
      } else if (fixed.size > 1) {
        leaks.count += 1;
        if (leaks.examples.length < 10) leaks.examples.push(name);
      }
    }
    assigner.deal();
    return { rule, groups: this.groups, leaks };
  }

  splitOf(member: Member): Split {
    const given = member.given ?? 'none';
    if (!this.isOpen(this.rule!, given)) return given as Split;
    const part = this.assigner!.part(this.links.root(unitName(member)));
    if (this.rule!.kind === 'fold') return part === this.rule!.fold ? 'val' : 'train';
    return this.parts(this.rule!)[part]!.split;
  }

  /** Where a member goes, what goes with it, and whether mending leaves it out. */
  place(member: Member): { split: Split; cluster: string | undefined; excluded: string | undefined; mended: boolean } {
    const split = this.splitOf(member);
    const mend = this.mends.get(this.links.root(unitName(member)));
    const cluster = this.clusterOf(member);
    if (mend === undefined || member.excluded !== undefined)
      return { split, cluster, excluded: member.excluded, mended: false };
    if ('all' in mend) return { split: mend.all, cluster, excluded: undefined, mended: true };
    return { split, cluster, excluded: split === mend.keep ? undefined : LEAK, mended: true };
  }

  /** The name of what a member moves with, where that is more than its own group. */
  clusterOf(member: Member): string | undefined {
    const unit = unitName(member);
    if (this.links.isTied(unit)) return clusterName(this.links.root(unit));
    return member.group === undefined && this.copied.has(member.sha256) ? clusterName(unit) : undefined;
  }

  /** Which part (of k folds) a member is in. */
  foldOf(member: Member): number {
    return this.assigner!.part(this.links.root(unitName(member)));
  }

  private groups = 0;

  /** Ties units that share an image. */
  private tieCopies(): void {
    let first: { sha: string; unit: string } | undefined;
    for (const [sha, unit] of this.bySha.sorted()) {
      if (first?.sha !== sha) first = { sha, unit };
      else {
        this.copied.add(sha);
        if (unit !== first.unit) this.links.tie(unit, first.unit);
      }
    }
  }

  private decide(): SplitRule {
    const { fractions, seed, fold, kept } = this.options;
    if (kept !== undefined) return kept;
    if (fold !== undefined) return { kind: 'fold', fractions, seed, ...fold };
    const { given } = this;
    const named = SPLITS.filter((split) => given.has(split));
    if (named.length === 0 || (named.length === 1 && named[0] === 'train')) return { kind: 'made', fractions, seed };
    const complete = named.length === 3 || !(given.has('train') || given.has('none'));
    return { kind: complete ? 'given' : 'carved', fractions, seed };
  }

  private isOpen(rule: SplitRule, given: Split | 'none'): boolean {
    if (this.options.kept !== undefined) return false;
    if (rule.kind === 'made') return true;
    if (rule.kind === 'fold') return given !== 'test';
    if (rule.kind === 'carved') return given === 'none' || given === 'train';
    return given === 'none';
  }

  /** What the open samples are dealt to. Train is always the first. */
  private parts(rule: SplitRule): { split: Split; share: number }[] {
    if (this.options.kept !== undefined) return [{ split: 'train', share: 1 }];
    if (rule.kind === 'fold')
      return Array.from({ length: rule.folds! }, () => ({ split: 'train', share: 1 / rule.folds! }));
    if (rule.kind === 'given') return [{ split: 'train', share: 1 }];
    const parts = SPLITS.filter((split) => split === 'train' || rule.kind === 'made' || !this.given.has(split));
    const sum = parts.reduce((total, split) => total + rule.fractions[split], 0);
    return parts.map((split) => ({ split, share: rule.fractions[split] / sum }));
  }

  /** Every unit, with the labels of its open samples, the splits of its other samples and those it had before. */
  private *units(rule: SplitRule, keep: boolean) {
    const tied = this.scratch.list();
    let last = '';
    for (const [unit, json] of this.members.sorted()) {
      if (unit !== last && unit.startsWith('g:')) this.groups += 1;
      last = unit;
      tied.add(this.links.root(unit), JSON.stringify([unit, json]));
    }
    let current:
      | { unit: Unit; fixed: Set<Split>; sizes: Record<Split, number>; votes: Set<string>; name: string }
      | undefined;
    for (const [root, wrapped] of tied.sorted()) {
      const [raw, json] = JSON.parse(wrapped) as [string, string];
      const [id, sha256, label, given] = JSON.parse(json) as [string, string, string | null, Split | null];
      if (current?.unit.key !== root) {
        if (current !== undefined) yield current;
        const name = raw.startsWith('g:') ? raw.slice(2) : id;
        const sizes = { train: 0, val: 0, test: 0 };
        current = { unit: { key: root, labels: new Map() }, fixed: new Set(), sizes, votes: new Set(), name };
      }
      // Excluded.
      if (label === null) continue;
      if (!this.isOpen(rule, given ?? 'none')) {
        current.fixed.add(given!);
        current.sizes[given!] += 1;
        continue;
      }
      current.unit.labels.set(label, (current.unit.labels.get(label) ?? 0) + 1);
      if (!keep) continue;
      for (const key of [`i:${id}`, `s:${sha256}`, raw]) {
        const vote = this.votes.get(key);
        if (vote !== undefined) current.votes.add(vote);
      }
    }
    if (current !== undefined) yield current;
  }
}

function unitName({ group, sha256 }: Member): string {
  return group === undefined ? `s:${sha256}` : `g:${group}`;
}

/** A set with groups in it goes by the first of them, one without by its first image. */
function clusterName(root: string): string {
  return root.startsWith('g:') ? root.slice(2) : `image:${root.slice(2, 18)}`;
}

function sameRule(a: SplitRule, b: SplitRule | undefined): boolean {
  return (
    b !== undefined &&
    a.kind === b.kind &&
    a.seed === b.seed &&
    SPLITS.every((split) => Math.abs(a.fractions[split] - b.fractions[split]) < 1e-9)
  );
}

/** Splits members that are in memory: stratified, grouped, seeded. `inherited` members keep their split. */
export function makeSplit(
  members: readonly Member[],
  options: { fractions?: Fractions; seed?: number; inherited?: readonly (Member & { split: Split })[] } = {},
): Split[] {
  const { fractions = DEFAULT_FRACTIONS, seed = 0, inherited = [] } = options;
  using scratch = new Scratch(':memory:');
  const splitter = new Splitter(scratch, { fractions, seed, inherited: { kind: 'made', fractions, seed } });
  for (const sample of inherited) splitter.inherit(sample);
  for (const { given: _, ...member } of members) splitter.add(member);
  splitter.finish();
  return members.map(({ given: _, ...member }) => splitter.splitOf(member));
}

/** The fold (0 to folds-1) of each member: stratified, grouped, seeded. */
export function kfold(members: readonly Member[], options: { folds: number; seed?: number }): number[] {
  const { folds, seed = 0 } = options;
  using scratch = new Scratch(':memory:');
  const splitter = new Splitter(scratch, { fractions: DEFAULT_FRACTIONS, seed, fold: { folds, fold: 0 } });
  for (const { given: _, ...member } of members) splitter.add(member);
  splitter.finish();
  return members.map((member) => splitter.foldOf(member));
}
