import type { Spec } from './queries.ts';

export const LIMIT_FIELDS = [
  { key: 'maxBatch', label: 'Images computed together', about: 'at most', min: 1, max: 64 },
  { key: 'maxDelayMs', label: 'Wait for others (ms)', about: 'of the first of a batch', min: 0, max: 1_000 },
  { key: 'concurrency', label: 'Requests at once', about: 'more wait', min: 1, max: 1_024 },
  { key: 'queue', label: 'Requests that may wait', about: 'more are refused with 429', min: 0, max: 100_000 },
  { key: 'deadlineMs', label: 'Longest wait (ms)', about: 'then a request is refused', min: 1, max: 600_000 },
] as const;

/** What of two revisions differs beside the traffic, in words. */
export function otherDifferences(from: Spec, to: Spec): string[] {
  const kept = ({ keep: { days, answers } }: Spec): string =>
    [...(days === null ? [] : [`${days} days`]), ...(answers === null ? [] : [`${answers} answers`])].join(', ') ||
    'all';
  return [
    ...LIMIT_FIELDS.flatMap(({ key, label }) =>
      from.limits[key] === to.limits[key] ? [] : [`${label}: ${from.limits[key]} → ${to.limits[key]}`],
    ),
    ...(from.sticky === to.sticky ? [] : [`A key stands for a ${to.sticky}, not a ${from.sticky}`]),
    ...(kept(from) === kept(to) ? [] : [`Kept of the log: ${kept(from)} → ${kept(to)}`]),
    ...(from.override === to.override
      ? []
      : [to.override === null ? 'No checks are overridden any more' : `Checks overridden: ${to.override}`]),
  ];
}
