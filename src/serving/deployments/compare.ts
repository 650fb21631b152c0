import { aurocInterval, delong } from '../../evaluation/statistics/delong.ts';
import { confidenceSequence, pairedEvidence, TwoSampleEvidence } from '../../evaluation/statistics/sequential.ts';
import type { Labelled } from '../../store/deployments/types.ts';
import { quality } from './words.ts';

export interface Share {
  hits: number;
  n: number;
  value: number;
  /** 95%, at every moment at once. */
  low: number;
  high: number;
}

/**
 * What feedback says of one version that answered as a variant. The first judged answer of each key counts, as a patient's images are not
 * independent.
 */
export interface VariantQuality {
  variant: string;
  role: string;
  /** `skin@3`: a variant that follows an alias has one entry for each version that it was. Null where none was judged. */
  version: string | null;
  /** Answers with feedback, and the keys they belong to. */
  labelled: number;
  units: number;
  accuracy: Share | null;
  /** At the operating point; null without one, or without such images. */
  sensitivity: Share | null;
  specificity: Share | null;
  /** With DeLong's 95% interval, which holds for one look; null where it can't be estimated. */
  auroc: { value: number; low: number | null; high: number | null } | null;
}

export const QUESTIONS = ['accuracy', 'sensitivity', 'specificity'] as const;
export type Question = (typeof QUESTIONS)[number];

export interface VariantTest {
  variant: string;
  against: string;
  /** `paired`: both answered the same images. */
  design: 'independent' | 'paired';
  questions: { question: Question; evidence: number; difference: number | null; n: number }[];
  /** Evidence that is enough: three questions at 5% together. */
  needed: number;
  verdict: 'better' | 'worse' | 'mixed' | 'undecided';
  words: string;
}

export interface Comparison {
  against: string | null;
  variants: VariantQuality[];
  tests: VariantTest[];
}

const ALPHA = 0.05;
const NEEDED = QUESTIONS.length / ALPHA;
/** What JSON and people can read. */
const MOST_LOG = Math.log(1e12);

interface Judged {
  id: string;
  variant: string;
  role: string;
  version: string;
  /** When it was answered. */
  at: number;
  unit: string;
  correct: boolean;
  /** Of the operating point: what is true, what was said, how sure. Null without one. */
  positive: { truth: boolean; verdict: boolean; probability: number } | null;
}

/**
 * Measures variants by what turned out to be true, and tests each against one of them, as the versions that they were last. May be asked as
 * often as one likes: intervals and evidence hold at every moment.
 * @param labelled in the order in which it became known
 */
export function compareVariants(
  labelled: readonly Labelled[],
  { against, variants }: { against: string | null; variants: readonly string[] },
): Comparison {
  const judged = labelled.flatMap(judge);
  const versions = new Map(variants.map((name) => [name, versionsOf(judged, name)]));
  const measured = variants.flatMap((name) =>
    versions.get(name)!.length === 0 ? [measure(name, [])] : versions.get(name)!.map((one) => measure(name, one)),
  );
  const last = (name: string): readonly Judged[] => versions.get(name)?.[0] ?? [];
  const tests = variants
    .filter((name) => name !== against && against !== null)
    .map((name) => test({ variant: name, against: against! }, last(name), last(against!), judged));
  return { against, variants: measured, tests };
}

/** What was judged of a variant, version by version, the one that answered last first. */
function versionsOf(judged: readonly Judged[], variant: string): Judged[][] {
  const found = Map.groupBy(
    judged.filter((one) => one.variant === variant),
    ({ version }) => version,
  );
  const latest = (all: readonly Judged[]): number => all.reduce((most, { at }) => Math.max(most, at), 0);
  return [...found.values()].sort((a, b) => latest(b) - latest(a));
}

function judge({ prediction, label }: Labelled): Judged[] {
  const { id, variant, role, model, version, at, key, answer } = prediction;
  if (answer === null) return [];
  const said = answer as {
    label: string;
    positive?: { labels: string[]; verdict: boolean; probability: number };
  };
  const positive =
    said.positive === undefined
      ? null
      : {
          truth: said.positive.labels.includes(label),
          verdict: said.positive.verdict,
          probability: said.positive.probability,
        };
  const unit = key ?? id;
  return [{ id, variant, role, version: `${model}@${version}`, at, unit, correct: said.label === label, positive }];
}

function firstOfUnit(judged: readonly Judged[]): Judged[] {
  const seen = new Set<string>();
  return judged.filter(({ unit }) => !seen.has(unit) && seen.add(unit));
}

/** The answer's part in a question; null where it is about other images. */
function hitOf(question: Question, { correct, positive }: Judged): boolean | null {
  if (question === 'accuracy') return correct;
  if (positive === null || positive.truth !== (question === 'sensitivity')) return null;
  return positive.verdict === positive.truth;
}

function shareOf(question: Question, judged: readonly Judged[]): Share | null {
  const hits = judged.map((one) => hitOf(question, one)).filter((hit) => hit !== null);
  const n = hits.length;
  if (n === 0) return null;
  const count = hits.filter(Boolean).length;
  return { hits: count, n, value: count / n, ...confidenceSequence(count, n) };
}

function measure(variant: string, all: readonly Judged[]): VariantQuality {
  const first = firstOfUnit(all);
  return {
    variant,
    role: all.at(-1)?.role ?? '',
    version: all[0]?.version ?? null,
    labelled: all.length,
    units: first.length,
    accuracy: shareOf('accuracy', first),
    sensitivity: shareOf('sensitivity', first),
    specificity: shareOf('specificity', first),
    auroc: aurocOf(first),
  };
}

function aurocOf(judged: readonly Judged[]): VariantQuality['auroc'] {
  const asked = judged.map(({ positive }) => positive).filter((one) => one !== null);
  const found = delong(
    asked.map(({ truth }) => truth),
    [asked.map(({ probability }) => probability)],
  );
  if (found === null) return null;
  const interval = aurocInterval(found);
  return { value: found.aucs[0]!, low: interval?.low ?? null, high: interval?.high ?? null };
}

function test(
  names: { variant: string; against: string },
  own: readonly Judged[],
  others: readonly Judged[],
  order: readonly Judged[],
): VariantTest {
  // A shadow's images are the other's own; what either answered in another role belongs to another design.
  const paired = [own, others].some((all) => all.at(-1)?.role === 'shadow');
  const questions = QUESTIONS.map((question) => {
    const one = paired ? pairs(question, own, others) : streams(question, given(own), given(others), order);
    return { question, ...one, evidence: Math.exp(Math.min(one.log, MOST_LOG)) };
  }).map(({ log: _, ...rest }) => rest);
  const enough = questions.filter(({ evidence }) => evidence >= NEEDED);
  const up = enough.some(({ difference }) => (difference ?? 0) > 0);
  const down = enough.some(({ difference }) => (difference ?? 0) < 0);
  const verdict = up && down ? 'mixed' : up ? 'better' : down ? 'worse' : 'undecided';
  const tested = { ...names, questions, needed: NEEDED, verdict } as const;
  return { ...tested, design: paired ? 'paired' : 'independent', words: quality(tested) };
}

/** Without a shadow's answers, which nobody was given. */
const given = (judged: readonly Judged[]): Judged[] => firstOfUnit(judged.filter(({ role }) => role !== 'shadow'));

/** Both answered the same images: those that one alone got right decide. */
function pairs(question: Question, own: readonly Judged[], others: readonly Judged[]) {
  const byId = new Map(others.map((one) => [one.id, one]));
  let wins = 0;
  let losses = 0;
  let n = 0;
  for (const one of firstOfUnit(own.filter(({ id }) => byId.has(id)))) {
    const [mine, theirs] = [hitOf(question, one), hitOf(question, byId.get(one.id)!)];
    if (mine === null || theirs === null) continue;
    n += 1;
    if (mine && !theirs) wins += 1;
    if (theirs && !mine) losses += 1;
  }
  return { log: pairedEvidence(wins, losses), difference: n === 0 ? null : (wins - losses) / n, n };
}

/** Each answered images of its own, in the order in which they were judged. */
function streams(question: Question, own: readonly Judged[], reference: readonly Judged[], order: readonly Judged[]) {
  const evidence = new TwoSampleEvidence();
  const sides = new Map<Judged, 0 | 1>([
    ...own.map((one) => [one, 0] as const),
    ...reference.map((one) => [one, 1] as const),
  ]);
  for (const one of order) {
    const side = sides.get(one);
    const hit = side === undefined ? null : hitOf(question, one);
    if (hit !== null) evidence.add(side!, hit);
  }
  const [mine, theirs] = [shareOf(question, own), shareOf(question, reference)];
  return {
    log: evidence.log,
    difference: mine === null || theirs === null ? null : mine.value - theirs.value,
    n: (mine?.n ?? 0) + (theirs?.n ?? 0),
  };
}
