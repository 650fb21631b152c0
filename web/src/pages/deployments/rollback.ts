import type { Revision, Spec } from './queries.ts';

/**
 * What a rollback brings back, by the server's rule (`src/pipeline/deployments/manage.ts`): a canary under way ends; else the last revision
 * that was another one, and after a rollback one further back. @param revisions newest first. Undefined where there is none.
 */
export function rollbackTarget(revisions: readonly Revision[]): Revision | undefined {
  const [present] = revisions;
  if (present === undefined || present.spec.canary !== null) return present;
  let at = 0;
  while (revisions[at]?.what === 'deployment.rollback') {
    const origin = revisions.findLastIndex((one) => same(one, revisions[at]!));
    if (origin <= at) break;
    at = origin;
  }
  return revisions.slice(at + 1).find((one) => !same(one, revisions[at]!));
}

const same = (a: Revision, b: Revision): boolean => settled(a.spec) === settled(b.spec);

/** What a revision is without its canary, whatever the order of its keys. */
function settled(spec: Spec): string {
  return JSON.stringify({ ...spec, canary: null }, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
