import { metricLabel } from '../metrics/words.ts';
import { decimal } from '../report/html.ts';
import type { Contestant, Difference, Pair } from './comparison.ts';
import { direction } from './direction.ts';

type Verdict = Pair['verdict'];

/** What a pair's deciding metric says, before it is put into words. */
export interface Finding {
  /** Of the two models. */
  letters: [string, string];
  metric: string;
  difference: Difference;
  /** Two-sided level over all pairs. */
  alpha: number;
  /** How many pairs the correction counts. */
  pairs: number;
  margin: number | null;
  /** p of the second being worse by the margin or more, and of the first; corrected for the pairs. Null without a margin. */
  worse: number | null;
  worseFirst: number | null;
  /** p of the second not being worse by more than the margin; null without a margin. */
  within: number | null;
  identical: boolean;
}

/** The kind of a verdict. Superiority is two-sided at alpha; the margin's questions are one-sided at alpha / 2. */
export function kindOf(finding: Finding): Verdict['kind'] {
  const { difference: d, alpha, metric, identical } = finding;
  if (identical) return 'identical';
  if (d.difference === null) return 'notEstimable';
  if (d.adjusted !== null && d.adjusted <= alpha && d.difference !== 0 && direction(metric) !== 0) {
    const gain = d.difference * direction(metric);
    if (gain > 0) return 'better';
    if (finding.within !== null && finding.within <= alpha / 2) return 'worseByMore';
    return finding.worse !== null && finding.worse <= alpha / 2 ? 'notWorse' : 'worse';
  }
  if (finding.worse !== null && finding.worse <= alpha / 2) {
    return finding.worseFirst !== null && finding.worseFirst <= alpha / 2 ? 'equivalent' : 'notWorse';
  }
  return 'undecided';
}

/** The verdict of a pair in a sentence or two. */
export function verdictWords(kind: Verdict['kind'], finding: Finding, first: string, second: string): string {
  const { difference: d, metric, margin } = finding;
  const label = metricLabel(metric);
  if (kind === 'identical') return `${first} and ${second} give the same answer to every sample.`;
  if (kind === 'notEstimable') return `${label} of ${first} and ${second} cannot be compared: ${d.reason}.`;
  const numbers = numbersOf(finding, label);
  const size = margin === null ? '' : decimal(margin);
  switch (kind) {
    case 'better':
      return `${second} is better than ${first}. ${numbers}`;
    case 'worse':
      return `${second} is worse than ${first}. ${numbers}${margin === null ? '' : ` Whether by more than the margin of ${size} stays open.`}`;
    case 'worseByMore':
      return `${second} is worse than ${first} by more than the margin of ${size}. ${numbers}`;
    case 'equivalent':
      return `${second} and ${first} are equal within the margin of ${size}. ${numbers}`;
    case 'notWorse': {
      const lesser = d.adjusted !== null && d.adjusted <= finding.alpha;
      return `${second} is ${lesser ? 'worse than' : 'not worse than'} ${first}${lesser ? ', but not' : ''} by more than the margin of ${size}. ${numbers}`;
    }
    default:
      return `These samples do not tell ${first} and ${second} apart${margin === null ? '' : `, nor show that ${second} is not worse by more than ${size}`}. ${numbers} ${openWords(d, metric, second)}`;
  }
}

/** "AUROC 0.934 for A, 0.951 for B, difference +0.017 (95% interval +0.004 to +0.031; DeLong, p = 0.012, 0.036 after Holm's correction)." */
function numbersOf({ difference: d, pairs, worse, margin, letters }: Finding, label: string): string {
  const interval =
    d.low === null || d.high === null
      ? (d.reason ?? 'no interval')
      : `95% interval ${signed(d.low)} to ${signed(d.high)}`;
  const corrected = pairs > 1 && d.adjusted !== null ? `, ${pValue(d.adjusted)} corrected for ${pairs} pairs` : '';
  const test = d.p === null ? '' : `; ${d.method}, p ${equals(d.p)}${corrected}`;
  const within = margin === null || worse === null ? '' : `; worse by the margin, one-sided, p ${equals(worse)}`;
  return `${label} ${decimal(d.first!)} for ${letters[0]}, ${decimal(d.second!)} for ${letters[1]}, difference ${signed(d.difference!)} (${interval}${test}${within}).`;
}

/** No difference shown is not no difference. */
function openWords(d: Difference, metric: string, second: string): string {
  if (d.low === null || d.high === null) return 'That is no proof that they are equal.';
  const [worst, best] = direction(metric) < 0 ? [d.high, -d.low] : [-d.low, d.high];
  const parts = [...(worst > 0 ? [`${decimal(worst)} worse`] : []), ...(best > 0 ? [`${decimal(best)} better`] : [])];
  return parts.length === 0
    ? ''
    : `That is no proof that they are equal: ${second} may be up to ${parts.join(' or ')}.`;
}

/** All pairs in one sentence: who is ahead, and over whom that is shown. */
export function overallWords(models: readonly Contestant[], pairs: readonly Pair[], metric: string): string {
  const only = pairs[0];
  if (pairs.length === 1 && only !== undefined) return only.verdict.words;
  const label = metricLabel(metric);
  const value = (m: Contestant): number | null => m.metrics[metric]?.value ?? null;
  const ranked = models
    .filter((m) => value(m) !== null)
    .toSorted((a, b) => (value(b)! - value(a)!) * (direction(metric) || 1));
  const best = ranked[0];
  if (best === undefined) return `${label} can't be measured for any of them.`;
  const others = ranked.slice(1);
  const beats = others.filter((other) =>
    pairs.some(
      ({ first, second, verdict }) =>
        (second === best.letter && first === other.letter && verdict.kind === 'better') ||
        (first === best.letter && second === other.letter && ['worse', 'worseByMore'].includes(verdict.kind)),
    ),
  );
  const compared = others.filter((other) =>
    pairs.some(({ first, second }) => [first, second].includes(best.letter) && [first, second].includes(other.letter)),
  );
  const open = compared.filter((other) => !beats.includes(other));
  const list = (some: readonly Contestant[], word: string) => {
    const all = some.map(({ letter, name }) => `${letter} (${name})`).sort();
    return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} ${word} ${all.at(-1)}`;
  };
  const head = `${best.letter} (${best.name}) has the best ${label}, ${decimal(value(best)!)}`;
  const rest = marginWords(pairs);
  if (beats.length === 0) return `${head}, but it is not shown to be better than ${list(open, 'or')}.${rest}`;
  if (open.length === 0) return `${head}, and is shown to be better than ${list(beats, 'and')}.${rest}`;
  return `${head}. It is shown to be better than ${list(beats, 'and')}, but not than ${list(open, 'or')}.${rest}`;
}

/** What the margin's tests show of all pairs; empty without a margin. */
function marginWords(pairs: readonly Pair[]): string {
  const of = (kind: Verdict['kind']) => pairs.filter(({ verdict }) => verdict.kind === kind);
  const say = (some: readonly Pair[], words: (pair: Pair) => string) => some.map(words).join(', ');
  const equal = of('equivalent');
  const notWorse = of('notWorse');
  const worse = of('worseByMore');
  return [
    ...(equal.length === 0 ? [] : [`Equal within the margin: ${say(equal, (p) => `${p.first} and ${p.second}`)}.`]),
    ...(notWorse.length === 0
      ? []
      : [`Not worse by more than the margin: ${say(notWorse, (p) => `${p.second} than ${p.first}`)}.`]),
    ...(worse.length === 0
      ? []
      : [`Worse by more than the margin: ${say(worse, (p) => `${p.second} than ${p.first}`)}.`]),
  ]
    .map((text) => ` ${text}`)
    .join('');
}

/** +0.017; 0.000 has no sign */
export function signed(value: number): string {
  const size = decimal(Math.abs(value));
  return Number(size) === 0 ? size : `${value < 0 ? '−' : '+'}${size}`;
}

/** 0.012, or "< 0.001" */
export function pValue(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

function equals(p: number): string {
  return p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`;
}
