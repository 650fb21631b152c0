import type { Command } from 'commander';
import { OslerError } from '../errors.ts';
import { createKey, findKey, type MadeKey, permissionsOfKey, revokeKey, rotateKey, stateOf } from '../security/keys.ts';
import { PERMISSIONS, permissionsOf, ROLES } from '../security/permission.ts';
import type { KeyRow } from '../store/access/types.ts';
import { openStore } from '../store/store.ts';
import { actor } from './actor.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { shortTime, time } from './models-output.ts';
import { collect } from './options.ts';
import { tableLines } from './table.ts';

const ROLE_LINES = ROLES.map((role) => {
  const may = permissionsOf([role]).filter((permission) => permission !== 'public');
  return `  ${role.padEnd(10)} ${may.join(', ')}`;
}).join('\n');

interface CreateOptions {
  role: string[];
  only: string[];
  deployment: string[];
  expires: string;
}

export function register(program: Command, ctx: Context): void {
  const keys = program
    .command('keys')
    .description('Keys for osler serve and osler server: make, list, replace, end.')
    .addHelpText(
      'after',
      `
Roles, and what they may do:
${ROLE_LINES}

Examples:
  osler keys create "PACS gateway" --role clinician --only predict --deployment derma
  osler keys list
  osler keys rotate 8k2m4x0q1z --grace 24h`,
    );
  keys
    .command('create')
    .description('make a key; its text is shown once and kept nowhere')
    .argument('<name>', 'of the person or system that will hold it, as the audit trail shall call them')
    .option('--role <role>', `${ROLES.join(', ')}; may be given again`, collect, [])
    .option('--only <permission>', 'only this of what the roles allow; may be given again', collect, [])
    .option('--deployment <name>', 'only this deployment may be asked; may be given again', collect, [])
    .option('--expires <when>', 'after 90d, 12h..., at a date (2027-06-30), or never', '365d')
    .addHelpText(
      'after',
      `
Permissions: ${PERMISSIONS.filter((one) => one !== 'public').join(', ')}.

Examples:
  osler keys create "Dr. Ada Lovelace" --role clinician
  osler keys create "training cluster" --role engineer --expires 30d
  MLFLOW_TRACKING_TOKEN=osler_... python train.py`,
    )
    .action((name: string, options: CreateOptions) => create(name, options, ctx));
  keys
    .command('list')
    .description('all keys: for whom, what they allow, until when, used when')
    .addHelpText('after', '\nExamples:\n  osler keys list\n  osler keys list --json')
    .action(() => list(ctx));
  keys
    .command('rotate')
    .description('make a key in the place of another, which works on for a while')
    .argument('<key>', 'its id')
    .option('--grace <duration>', 'how long the old one still works: 24h, 7d, 0h', '24h')
    .option('--expires <when>', 'of the new one; default: as long as the old one was meant to live')
    .addHelpText(
      'after',
      '\nExamples:\n  osler keys rotate 8k2m4x0q1z\n  osler keys rotate 8k2m4x0q1z --grace 7d --expires 2027-12-31',
    )
    .action((id: string, options: { grace: string; expires?: string }) => rotate(id, options, ctx));
  keys
    .command('revoke')
    .description('end a key, and who signed in with it, within seconds')
    .argument('<key>', 'its id')
    .requiredOption('--reason <text>', 'why; kept in the audit trail')
    .addHelpText('after', '\nExamples:\n  osler keys revoke 8k2m4x0q1z --reason "laptop stolen"')
    .action((id: string, { reason }: { reason: string }) => revoke(id, reason, ctx));
  keys
    .command('sign-out')
    .description('end all sessions of the page that a person has, by their name in the audit trail, within seconds')
    .argument('<name>')
    .requiredOption('--reason <text>', 'why; kept in the audit trail')
    .addHelpText(
      'after',
      '\nSomebody whom an identity provider lets in comes in again until the provider refuses them.\n\nExamples:\n  osler keys sign-out ada@clinic.example --reason "left the clinic"',
    )
    .action((name: string, { reason }: { reason: string }) => signOut(name, reason, ctx));
}

async function create(name: string, options: CreateOptions, { out, home, databaseUrl }: Context): Promise<void> {
  const { role: roles, only, deployment: deployments } = options;
  await using store = await openStore(home, databaseUrl);
  const unknown = await Promise.all(deployments.map(async (one) => ((await store.deployments.get(one)) ? null : one)));
  for (const one of unknown) if (one !== null) out.warn(`There is no deployment ${one} yet.`);
  const made = await createKey(store, actor(), {
    name,
    roles,
    only,
    deployments,
    expiresAt: momentOf(options.expires),
  });
  tell(made, out);
}

async function list({ out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const rows = await store.access.keys();
  out.json(rows.map(keyDocument));
  if (rows.length === 0) return out.line('There is no key yet: osler keys create --help');
  const paint = { valid: pc.green, expired: pc.dim, revoked: pc.red };
  const lines = tableLines(rows, [
    { title: 'key', cell: ({ id }) => id, paint: pc.cyan },
    { title: 'for', cell: ({ name }) => name, max: 40 },
    { title: 'allows', cell: allowsWords },
    { title: 'state', cell: (row) => stateOf(row), paint: (text, row) => paint[stateOf(row)](text) },
    { title: 'until', cell: ({ expiresAt }) => (expiresAt === null ? 'for ever' : shortTime(time(expiresAt))) },
    { title: 'last used', cell: ({ usedAt }) => (usedAt === null ? 'never' : shortTime(time(usedAt))) },
  ]);
  for (const line of lines) out.line(line);
}

async function rotate(
  id: string,
  { grace, expires }: { grace: string; expires?: string },
  { out, home, databaseUrl }: Context,
): Promise<void> {
  const graceMs = durationOf(grace);
  await using store = await openStore(home, databaseUrl);
  const expiresAt = expires === undefined ? undefined : momentOf(expires);
  const made = await rotateKey(store, actor(), id, { graceMs, expiresAt });
  const old = await findKey(store, id);
  tell(made, out, old);
}

async function revoke(id: string, reason: string, { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const row = await revokeKey(store, actor(), id, reason);
  out.json(keyDocument(row));
  out.line(`${pc.cyan(row.id)} of ${row.name} is ended; servers refuse it within 3 seconds`);
}

async function signOut(name: string, reason: string, { out, home, databaseUrl }: Context): Promise<void> {
  if (reason.trim() === '') throw new OslerError('USAGE', 'Say why, for the audit trail.');
  await using store = await openStore(home, databaseUrl);
  const sessions = await store.access.endSessionsOf(actor(), name, reason);
  out.json({ name, sessions });
  out.line(`${name} is signed out (${sessions} ${sessions === 1 ? 'session' : 'sessions'}) within 3 seconds`);
}

function tell({ key, text }: MadeKey, out: Context['out'], old?: KeyRow): void {
  out.json({ ...keyDocument(key), text, ...(old === undefined ? {} : { replaces: keyDocument(old) }) });
  out.line(text);
  // The key alone goes to stdout: KEY=$(osler keys create ...)
  out.log(
    `  ${key.name}: ${allowsWords(key)}; ${key.expiresAt === null ? 'for ever' : `until ${shortTime(time(key.expiresAt))}`}`,
  );
  if (old !== undefined && old.expiresAt !== null)
    out.log(`  ${pc.cyan(old.id)} works until ${shortTime(time(old.expiresAt))}`);
  out.warn('This is shown once: keep it where secrets are kept.');
}

/** As `--json` tells it; never the hash. */
function keyDocument(row: KeyRow) {
  const { hash: _, createdAt, expiresAt, revokedAt, usedAt, ...rest } = row;
  const moment = (at: number | null) => (at === null ? null : time(at));
  const times = { expiresAt: moment(expiresAt), revokedAt: moment(revokedAt), usedAt: moment(usedAt) };
  const allows = permissionsOfKey(row).filter((permission) => permission !== 'public');
  return { ...rest, allows, state: stateOf(row), createdAt: time(createdAt), ...times };
}

function allowsWords(row: KeyRow): string {
  const may = permissionsOfKey(row).filter((permission) => permission !== 'public');
  const where = row.scope.deployments === null ? '' : ` (${row.scope.deployments.join(', ')})`;
  return `${row.roles.join(', ')}: ${may.join(', ')}${where}`;
}

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds. Throws USAGE. */
function durationOf(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? [];
  if (count !== undefined) return Number(count) * UNITS[unit as keyof typeof UNITS];
  throw new OslerError('USAGE', `"${text}" is no duration.`, { hint: 'Write 45s, 30m, 24h or 90d.' });
}

/** Milliseconds since 1970; null for `never`. A date is meant to its end, in UTC. Throws USAGE. */
function momentOf(text: string): number | null {
  if (text === 'never') return null;
  if (/^\d{1,6}[smhd]$/.test(text.trim())) return Date.now() + durationOf(text);
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T23:59:59.999Z`) : null;
  if (date !== null && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)) return date.getTime();
  throw new OslerError('USAGE', `"${text}" is no end of a key.`, {
    hint: 'Write 90d, 12h, 30m, 45s, 2027-06-30 or never.',
  });
}
