import type { Decisions } from './run-evaluation.ts';

/** What a bundle decides by, in a line. */
export function decisionWords(decisions: Omit<Decisions, 'source' | 'metrics' | 'card'>): string {
  const { temperature, calibration, operatingPoint: point, classRule, conformal, outOfDistribution } = decisions;
  const parts = [
    calibration === null || calibration.method === 'temperature'
      ? `temperature ${temperature.toFixed(3)}`
      : `${calibration.method} calibration`,
    point === null
      ? 'no operating point'
      : `positive (${point.positive.join(' + ')}) from ${point.threshold.toFixed(3)} by ${point.rule}`,
  ];
  if (classRule !== null) parts.push(`classes balanced by shares to the power of ${classRule.tau}`);
  if (conformal !== null) parts.push(`sets at ${share(conformal.coverage)}`);
  if (outOfDistribution !== null) {
    const { energy, mahalanobis, appearance, falseAlarmRate } = outOfDistribution;
    const by = [
      ...(appearance === null || appearance.limit === null ? [] : ['look']),
      ...(mahalanobis === null || mahalanobis.limit === null ? [] : ['embedding']),
      ...(energy === null ? [] : ['energy']),
    ];
    parts.push(`unlike images by ${by.join(' + ')} at ${share(falseAlarmRate)} false alarms`);
  }
  return parts.join(', ');
}

function share(value: number): string {
  return `${Number((100 * value).toPrecision(4))}%`;
}
