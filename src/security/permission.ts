/**
 * What a caller may do. Every route declares the one it asks for (`config: { may }`); a role is a set of them.
 *
 * - `public`: anyone, without a name: the page's files, liveness, what the sign-in needs. Never anything from the store.
 * - `read`: look at runs, models, deployments, data sets and their images, metrics.
 * - `predict`: send images, give feedback on answers.
 * - `write`: change experiments, data sets and runs; start and stop trainings; register versions; propose.
 * - `decide`: approve and reject versions, change what is live.
 * - `manage`: keys, and whatever else concerns the server itself.
 */
export const PERMISSIONS = ['public', 'read', 'predict', 'write', 'decide', 'manage'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ['viewer', 'clinician', 'engineer', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const GRANTED = {
  viewer: ['read'],
  clinician: ['read', 'predict'],
  engineer: ['read', 'predict', 'write'],
  // Not `write`: who decides on a version is not who made it.
  approver: ['read', 'predict', 'decide'],
  admin: ['read', 'predict', 'write', 'decide', 'manage'],
} as const satisfies Record<Role, readonly Permission[]>;

/** All that several roles together allow, in the order of `PERMISSIONS`. */
export function permissionsOf(roles: Iterable<Role>): Permission[] {
  const granted = new Set<Permission>(['public']);
  for (const role of roles) for (const permission of GRANTED[role]) granted.add(permission);
  return PERMISSIONS.filter((permission) => granted.has(permission));
}

/** The roles whose callers may do this: what a refusal names. */
export function rolesWith(permission: Permission): Role[] {
  return ROLES.filter(
    (role) => permission === 'public' || (GRANTED[role] as readonly Permission[]).includes(permission),
  );
}

export function isRole(value: unknown): value is Role {
  return typeof value === 'string' && (ROLES as readonly string[]).includes(value);
}
