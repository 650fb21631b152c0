import type { Member, Revision } from './queries.ts';

export const percent = (share: number, digits = 1): string => `${Number((share * 100).toFixed(digits))}%`;

/** "12 ms", "1.24 s" */
export const milliseconds = (value: number): string =>
  value < 1_000 ? `${value < 10 ? value.toFixed(1) : Math.round(value)} ms` : `${(value / 1_000).toFixed(2)} s`;

export const ROLES: Record<Member['role'], string> = {
  live: 'answers its share',
  canary: 'answers a share that grows, or goes, by itself',
  shadow: 'sees copies; its answers are written down and never given',
};

const DEEDS: Record<string, string> = {
  'deployment.create': 'made',
  'deployment.change': 'changed',
  'deployment.rollback': 'rolled back',
  'canary.start': 'canary begun',
  'canary.step': 'canary given more',
  'canary.promote': 'canary made live',
  'canary.rollback': 'canary taken back',
};

export const deed = (what: string): string => DEEDS[what] ?? what;

/** "skin@1 70%, skin@2 30%, skin@4 shadow" */
export function sharesWords(members: readonly Pick<Member, 'name' | 'role' | 'share'>[]): string {
  return members
    .map(({ name, role, share }) =>
      role === 'shadow' ? `${name} shadow` : `${name} ${percent(share)}${role === 'canary' ? ' canary' : ''}`,
    )
    .join(', ');
}

/** Who takes part in a revision, each with its share, as the server reckons it. */
export function membersOf({ live, canary, shadows }: Revision['spec']): Pick<Member, 'name' | 'role' | 'share'>[] {
  const given = canary === null ? 0 : (canary.plan.steps[canary.step] ?? 0) / 100;
  const whole = live.reduce((sum, { weight }) => sum + weight, 0);
  return [
    ...live.map(({ name, weight }) => ({ name, role: 'live' as const, share: (weight / whole) * (1 - given) })),
    ...(canary === null ? [] : [{ name: canary.name, role: 'canary' as const, share: given }]),
    ...shadows.map(({ name }) => ({ name, role: 'shadow' as const, share: 0 })),
  ];
}
