import { z } from 'zod';
import type { Comparison } from '../evaluation/comparison/comparison.ts';
import { Difference } from '../evaluation/comparison/comparison.ts';
import type { MetricName } from '../evaluation/metrics/names.ts';
import { metricLabel } from '../evaluation/metrics/words.ts';
import { leakWords } from '../store/leak-stamp.ts';
import type { Decision, VersionRow } from '../store/registry/types.ts';
import { classesUnlike } from './classes.ts';
import { versionName } from './names.ts';
import { type Gate, type ModelPolicy, parseGate } from './policy.ts';

/** One rule of the policy, and what was found. */
export const Check = z.object({
  rule: z.enum(['signature', 'gate', 'leaky', 'classes', 'champion', 'trainer']),
  /** As the policy writes it. */
  asked: z.string(),
  passed: z.boolean(),
  words: z.string(),
});
export type Check = z.infer<typeof Check>;

/** The comparison with the champion, without what names samples. */
export const ChampionComparison = z.object({
  on: z.string(),
  samples: z.int(),
  groups: z.int(),
  metric: z.string(),
  margin: z.number().nullable(),
  verdict: z.object({ kind: z.string(), words: z.string(), p: z.number().nullable() }),
  /** Candidate less champion. */
  difference: Difference,
  notes: z.array(z.string()),
});
export type ChampionComparison = z.infer<typeof ChampionComparison>;

/** All that an approval went by; stored with it. */
export const Evidence = z.object({
  format: z.literal('osler-evidence/1'),
  /** sha256 of the bundle's manifest. */
  digest: z.string().nullable(),
  /** sha256 of the policy in force. */
  policy: z.string(),
  /** The champion at that moment. */
  champion: z.object({ version: z.int(), digest: z.string().nullable() }).nullable(),
  comparison: ChampionComparison.nullable(),
  checks: z.array(Check),
});
export type Evidence = z.infer<typeof Evidence>;

/** Compares two registered versions on the samples that both answer: the second is the candidate. Null: it was not made. */
export type CompareVersions = (
  champion: VersionRow,
  candidate: VersionRow,
  asked: { margin: number; metric?: MetricName },
) => Promise<ChampionComparison | null>;

/** What of a comparison is evidence. */
export function comparisonEvidence(comparison: Comparison): ChampionComparison {
  const pair = comparison.pairs[0]!;
  return {
    on: comparison.on,
    samples: comparison.samples,
    groups: comparison.groups,
    metric: comparison.metric,
    margin: comparison.margin,
    verdict: { kind: pair.verdict.kind, words: pair.verdict.words, p: pair.verdict.margin?.adjusted ?? null },
    difference: pair.differences[comparison.metric]!,
    notes: comparison.notes,
  };
}

/** Verdicts that say: not worse by the margin or more. */
const NOT_WORSE = new Set(['better', 'notWorse', 'equivalent', 'identical']);

export interface Judged {
  version: VersionRow;
  policy: ModelPolicy;
  /** Null where there is none, or it is this very version. */
  champion: VersionRow | null;
  /** Null where it was not asked for; a text where it could not be made. */
  comparison: ChampionComparison | string | null;
  who: string;
}

/** The policy's rules for one version and one approver, each with what was found. Pure. */
export function judge({ version, policy, champion, comparison, who }: Judged): Check[] {
  const { bundle } = version.record;
  return [
    ...(bundle === null
      ? []
      : [
          {
            rule: 'signature' as const,
            asked: 'signed and unaltered',
            passed: true,
            words: `signed by ${bundle.signer}, every file as it was registered`,
          },
        ]),
    ...policy.gates.map((text) => judgeGate(text, parseGate(text)!, version)),
    ...(policy.leaky === 'refuse' ? [judgeLeaks(version)] : []),
    ...(champion === null ? [] : judgeClasses(version, champion)),
    ...(policy.champion === null ? [] : [judgeChampion(policy.champion, champion, comparison)]),
    ...(policy.trainerMayApprove ? [] : [judgeTrainer(version, who)]),
  ];
}

function judgeGate(asked: string, { metric, bound, atLeast, limit }: Gate, { record }: VersionRow): Check {
  const said = (passed: boolean, words: string): Check => ({ rule: 'gate', asked, passed, words });
  if (record.bundle === null) return said(false, 'it is no bundle of Osler: nothing is known of its metrics');
  const measured = Object.hasOwn(record.bundle.metrics, metric) ? record.bundle.metrics[metric] : undefined;
  if (measured === undefined) return said(false, `${metricLabel(metric)} was not measured`);
  const value = measured[bound];
  if (value === null) return said(false, `${metricLabel(metric)} has no interval`);
  const passed = atLeast ? value >= limit : value <= limit;
  const interval =
    measured.low === null || measured.high === null ? '' : ` (${three(measured.low)} to ${three(measured.high)})`;
  return said(passed, `${metricLabel(metric)} is ${three(measured.value)}${interval}`);
}

function judgeLeaks({ record: { bundle } }: VersionRow): Check {
  const leaky = bundle?.stamps.includes('leaky') ?? false;
  const what = bundle?.leaks ? `: ${leakWords(bundle.leaks)}` : '';
  return {
    rule: 'leaky',
    asked: 'no stamp leaky',
    passed: bundle !== null && !leaky,
    words:
      bundle === null
        ? 'it is no bundle of Osler: whether its split leaks is not known'
        : leaky
          ? `stamped leaky${what}`
          : 'its split does not leak',
  };
}

/** Whoever follows the champion's alias would get other answers, not better ones. Nothing where nothing is known of either. */
function judgeClasses(version: VersionRow, champion: VersionRow): Check[] {
  if (version.record.bundle === null || champion.record.bundle === null) return [];
  const unlike = classesUnlike(version, champion);
  const asked = "the champion's classes";
  return [{ rule: 'classes', asked, passed: unlike === null, words: unlike ?? `those of ${versionName(champion)}` }];
}

function judgeChampion(
  { margin, metric }: NonNullable<ModelPolicy['champion']>,
  champion: VersionRow | null,
  comparison: Judged['comparison'],
): Check {
  const asked = `not worse than the champion by ${margin}${metric === undefined ? '' : ` of ${metric}`}`;
  const said = (passed: boolean, words: string): Check => ({ rule: 'champion', asked, passed, words });
  if (champion === null) return said(true, 'there is no champion yet');
  if (comparison === null) return said(false, `it was not compared with version ${champion.version}`);
  if (typeof comparison === 'string') {
    return said(false, `it can't be compared with version ${champion.version}: ${comparison}`);
  }
  return said(
    NOT_WORSE.has(comparison.verdict.kind),
    `${comparison.verdict.words} (${comparison.on}, ${comparison.samples} samples)`,
  );
}

function judgeTrainer(version: VersionRow, who: string): Check {
  const { trainer } = version.record.lineage;
  const person = trainer ?? version.record.registeredBy;
  const part = trainer === null ? 'registered' : 'trained';
  return {
    rule: 'trainer',
    asked: 'approved by another than who trained it',
    passed: !samePerson(person, who),
    words: samePerson(person, who) ? `${person} ${part} it` : `${person} ${part} it, ${who} approves`,
  };
}

/** People whose approval of a version stands, each once. */
export function approversOf(decisions: readonly Decision[]): string[] {
  const names = decisions.filter(({ decision }) => decision === 'approve').map(({ who }) => who);
  return names.filter((name, i) => names.findIndex((other) => samePerson(other, name)) === i);
}

/** Whether two names are one person's: Tina, "tina " and ｔｉｎａ are. */
export function samePerson(a: string, b: string): boolean {
  const plain = (name: string): string => name.normalize('NFKC').trim().toLowerCase();
  return plain(a) === plain(b);
}

const three = (value: number): string => value.toFixed(3);
