import type { VariantTest } from './compare.ts';

const SAID = { better: 'better than', worse: 'worse than', mixed: 'better in one way and worse in another than' };

/** A test's verdict in a sentence. */
export function quality({
  variant,
  against,
  questions,
  needed,
  verdict,
}: Pick<VariantTest, 'variant' | 'against' | 'questions' | 'needed' | 'verdict'>): string {
  const facts = questions
    .filter(({ evidence, n }) => n > 0 && (verdict === 'undecided' || evidence >= needed))
    .map(
      ({ question, difference, evidence }) =>
        `${question} ${difference === null ? '' : `${signed(difference)}, `}evidence ${number(evidence)}`,
    );
  if (verdict === 'undecided') {
    const so = facts.length === 0 ? 'no feedback on both' : `${facts.join('; ')}; ${needed} needed`;
    return `Not enough evidence yet that ${variant} and ${against} differ (${so}).`;
  }
  return `Enough evidence: ${variant} is ${SAID[verdict]} ${against} (${facts.join('; ')}; ${needed} needed).`;
}

const signed = (x: number): string => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(3)}`;
const number = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toPrecision(2));
