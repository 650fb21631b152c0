import type { Evidence } from '../registry/evidence.ts';
import { versionName } from '../registry/names.ts';
import { stampWords } from '../store/leak-stamp.ts';
import type { Decision, VersionRow, VersionStatus } from '../store/registry/types.ts';
import pc from './colours.ts';
import { figure } from './figure.ts';
import { inLine } from './printable.ts';

/** A version as `--json` tells it: times as ISO 8601. */
export function versionDocument(row: VersionRow) {
  const { record, key: _, signature: __, modelId: ___, createdAt, updatedAt, ...rest } = row;
  const { format: ____, ...facts } = record;
  return { ...rest, createdAt: time(createdAt), updatedAt: time(updatedAt), ...facts };
}

export function decisionDocument({ at, ...rest }: Decision) {
  return { at: time(at), ...rest };
}

export const time = (ms: number): string => new Date(ms).toISOString();

/** "2026-03-01 11:59 UTC" */
export const shortTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

export function paintStatus(status: VersionStatus, text: string = status): string {
  const paint = { pending: pc.yellow, approved: pc.green, rejected: pc.red, retired: pc.dim }[status];
  return paint(text);
}

/** "0.931 (0.902 to 0.955)" */
export function metricWords(
  metrics: Record<string, { value: number; low: number | null; high: number | null }>,
  name: string,
): string {
  const measured = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  if (measured === undefined) return '';
  const { value, low, high } = measured;
  const interval = low === null || high === null ? '' : ` (${figure(low)} to ${figure(high)})`;
  return `${figure(value)}${interval}`;
}

/** AUROC where there is one, else its mean over classes. */
export function headMetric(row: VersionRow): string {
  const metrics = row.record.bundle?.metrics ?? {};
  return metricWords(metrics, 'auroc') || metricWords(metrics, 'macroAuroc');
}

/** What was checked for an approval, one line each. */
export function evidenceLines({ checks }: Evidence): string[] {
  return checks.map(
    ({ passed, asked, words }) => `  ${passed ? pc.green('✓') : pc.red('✗')} ${asked}: ${words.replace(/\.$/, '')}`,
  );
}

/** Who decided what, an override in words that can't be missed. */
export function decisionLines(decisions: readonly Decision[]): string[] {
  const did = { approve: 'approved', reject: 'rejected', retire: 'retired', promote: 'given an alias' };
  return decisions.flatMap(({ at, who, decision, reason, override }) => [
    `  ${shortTime(time(at))}  ${did[decision]} by ${pc.bold(inLine(who))}${reason === '' ? '' : `: ${inLine(reason)}`}`,
    ...(override === null ? [] : [`    ${pc.red('policy overridden')}: ${inLine(override)}`]),
  ]);
}

export function stampLines(row: VersionRow): string[] {
  const bundle = row.record.bundle;
  return bundle === null
    ? []
    : stampWords(bundle.stamps, bundle.leaks).map((stamp) => `${versionName(row)} is stamped ${stamp}.`);
}
