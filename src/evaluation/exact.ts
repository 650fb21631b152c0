import type { Estimate, IntervalMethod } from './estimate.ts';
import { AT, CLASS_AT, classOffset } from './metrics/names.ts';
import { argmax, decide, sumClasses } from './metrics/softmax.ts';
import { FEWEST_GROUPS } from './reasons.ts';
import type { Scored } from './scorer.ts';
import { type AurocInterval, aurocInterval, delong } from './statistics/delong.ts';
import { clopperPearson, wilson } from './statistics/proportion.ts';

/** An interval that needs no resamples. */
export type Exact = Required<Pick<Estimate, 'low' | 'high'>> & { method: IntervalMethod };

/** Hits out of so many, and of how many different units they are. */
interface Share {
  hits: number;
  of: number;
  units: number;
}

/**
 * Intervals with a formula of their own, by place in the scorer's answer: shares of independent samples (Wilson, or Clopper and
 * Pearson where asked for), and AUROCs (DeLong; where groups hold several samples its form for clusters).
 *
 * Shares of samples of which groups hold several have none, except one that no resample can change (0 of n, n of n): then Clopper and
 * Pearson's, each group counting as one sample.
 */
export function exactIntervals(data: Scored, proportions: 'wilson' | 'clopperPearson'): Map<number, Exact> {
  const out = new Map<number, Exact>();
  const independent = data.unitCount === data.labels.length;
  for (const [at, { hits, of, units }] of shares(data)) {
    if (of === 0) continue;
    // No group holds two of these samples, whatever else it holds.
    if (units === of) {
      const interval = proportions === 'wilson' ? wilson(hits, of) : clopperPearson(hits, of);
      out.set(at, { ...interval, method: proportions });
    } else if (hits === 0 || hits === of) {
      const interval = clopperPearson(hits === 0 ? 0 : units, units);
      out.set(at, { ...interval, method: 'clopperPearsonGroups' });
    }
  }
  for (const [at, exact] of aurocs(data, independent)) out.set(at, exact);
  return out;
}

function shares(data: Scored): [number, Share][] {
  const { classes, labels, probabilities, question, rule } = data;
  const decided = decide(probabilities, classes, question, rule);
  const top = argmax(probabilities, classes);
  const every = () => true;
  const out: [number, Share][] = [
    [AT.accuracy, share(data, every, (i) => decided[i] === labels[i])],
    [AT.weightedRecall, share(data, every, (i) => decided[i] === labels[i])],
    [AT.topClassAccuracy, share(data, every, (i) => top[i] === labels[i])],
  ];
  for (let k = 0; k < classes; k++) {
    const base = classOffset(k);
    const hit = (i: number) => decided[i] === k;
    out.push(
      [base + CLASS_AT.recall, share(data, (i) => labels[i] === k, hit)],
      [
        base + CLASS_AT.specificity,
        share(
          data,
          (i) => labels[i] !== k,
          (i) => !hit(i),
        ),
      ],
      [base + CLASS_AT.precision, share(data, hit, (i) => labels[i] === k)],
    );
  }
  if (question !== null) {
    const scores = sumClasses(probabilities, classes, question.members);
    const called = (i: number) => scores[i]! >= question.threshold;
    const truth = (i: number) => question.members.includes(labels[i]!);
    const not = (f: (i: number) => boolean) => (i: number) => !f(i);
    out.push(
      [AT.sensitivity, share(data, truth, called)],
      [AT.specificity, share(data, not(truth), not(called))],
      [AT.ppv, share(data, called, truth)],
      [AT.npv, share(data, not(called), not(truth))],
      [AT.operatingPointAccuracy, share(data, every, (i) => called(i) === truth(i))],
    );
  }
  return out;
}

function share({ labels, units }: Scored, among: (i: number) => boolean, hit: (i: number) => boolean): Share {
  const seen = new Set<number>();
  let hits = 0;
  let of = 0;
  for (let i = 0; i < labels.length; i++) {
    if (!among(i)) continue;
    of += 1;
    seen.add(units[i]!);
    if (hit(i)) hits += 1;
  }
  return { hits, of, units: seen.size };
}

/** Name of an AUROC's interval; `grouped` where units hold several samples. */
export function aurocMethod({ by }: AurocInterval, grouped: boolean): IntervalMethod {
  if (by === 'pairs') return 'disjointPairs';
  if (by === 'logOdds') return grouped ? 'delongLogOddsGroups' : 'delongLogOdds';
  return grouped ? 'delongGroups' : 'delong';
}

function* aurocs(data: Scored, independent: boolean): Generator<[number, Exact]> {
  const { classes, labels, probabilities, units, question } = data;
  const interval = (positive: Uint8Array, scores: Float64Array): Exact | null => {
    const fit = delong(positive, [scores], independent ? undefined : units);
    const found = fit === null ? null : aurocInterval(fit);
    if (found === null) return null;
    // Of so few units a variance says nothing; disjoint pairs count them.
    if (found.by !== 'pairs' && data.unitCount < FEWEST_GROUPS) return null;
    return { low: found.low, high: found.high, method: aurocMethod(found, !independent) };
  };
  for (let k = 0; k < classes; k++) {
    const exact = interval(
      Uint8Array.from(labels, (label) => (label === k ? 1 : 0)),
      Float64Array.from(labels, (_, i) => probabilities[i * classes + k]!),
    );
    if (exact === null) continue;
    yield [classOffset(k) + CLASS_AT.auroc, exact];
    // With two classes the mean over both is each of them.
    if (classes === 2) for (const at of [AT.macroAuroc, AT.weightedAuroc]) yield [at, exact];
  }
  if (question === null) return;
  const exact = interval(
    Uint8Array.from(labels, (label) => (question.members.includes(label) ? 1 : 0)),
    sumClasses(probabilities, classes, question.members),
  );
  if (exact !== null) yield [AT.auroc, exact];
}
