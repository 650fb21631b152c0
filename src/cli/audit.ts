import type { Command } from 'commander';
import { OslerError } from '../errors.ts';
import { type Verified, verifyTrail } from '../registry/verify.ts';
import { openStore } from '../store/store.ts';
import { TrailHead } from '../store/trail.ts';
import type { TrailRow } from '../store/trail-event.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { shortTime } from './models-output.ts';
import { collect, wholeNumber } from './options.ts';
import { inLine } from './printable.ts';

export function register(program: Command, ctx: Context): void {
  const audit = program
    .command('audit')
    .description('read and verify the audit trail: who did what to models, when and why')
    .addHelpText('after', '\nExamples:\n  osler audit log\n  osler audit verify');
  audit
    .command('verify')
    .description(
      'look for any alteration: of events, their chain and its end, the registry, deployments, evidence, registered bundles',
    )
    .option('--head <seq:hash>', 'an end of the trail that you noted: it must still be in it')
    .option('--trust <key>', 'a key id that counts beside those of keys/trusted; may be given again', collect, [])
    .option('--no-files', "leave out the registered bundles' files")
    .addHelpText(
      'after',
      `
Each event holds the sha256 of the one before and is signed by the home that wrote it; the registry must be what the events tell.
Note the head that is printed where the database's keeper can't write (paper, a ticket): up to it nothing can change unseen any more.
Exits with 1 and names what was altered.

Examples:
  osler audit verify
  osler audit verify --head 128:9f2c... --json`,
    )
    .action((options: { head?: string; trust: string[]; files: boolean }) => verify(options, ctx));
  audit
    .command('log')
    .description('the events, newest last')
    .option('--subject <subject>', 'of one thing alone: skin, skin@3, skin@champion')
    .option('--last <n>', 'the newest so many', wholeNumber(1, 1_000_000), 50)
    .addHelpText('after', '\nExamples:\n  osler audit log\n  osler audit log --subject skin@champion --json')
    .action((options: { subject?: string; last: number }) => log(options, ctx));
}

async function verify(
  { head, trust, files }: { head?: string; trust: string[]; files: boolean },
  { out, home, databaseUrl, artifacts }: Context,
): Promise<void> {
  const noted = head === undefined ? undefined : headOf(head);
  await using store = await openStore(home, databaseUrl, artifacts);
  const found = await verifyTrail(store, {
    files,
    trusted: trust,
    ...(noted === undefined ? {} : { noted }),
    onBundle: (done, total) => out.progress({ task: 'checking bundles', done, total }),
  });
  out.json({ ok: found.faults.length === 0, ...found });
  if (found.faults.length > 0) process.exitCode = 1;
  for (const { words } of found.faults) out.line(`${pc.red('altered')}  ${inLine(words)}`);
  for (const line of summary(found)) out.line(line);
}

function summary({ events, versions, bundles, faults, head, keys }: Verified): string[] {
  const what = `${events} events, ${versions} registrations, ${bundles} bundles`;
  return [
    faults.length === 0
      ? `${pc.green('unaltered')}: ${what}`
      : `${faults.length} ${faults.length === 1 ? 'alteration' : 'alterations'} found in ${what}`,
    ...keys.map(
      ({ id, events: count, trusted }) => `  key ${id}: ${count} events${trusted ? '' : pc.red(', not trusted here')}`,
    ),
    ...(head === null ? [] : [`  head ${head.seq}:${head.hash}  ${pc.dim(shortTime(head.at))}`]),
  ];
}

async function log(
  { subject, last }: { subject?: string; last: number },
  { out, home, databaseUrl }: Context,
): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const rows = await store.trail.read({ last, ...(subject === undefined ? {} : { subject }) });
  const parse = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
  out.json(rows.map(({ before, after, ...row }) => ({ ...row, before: parse(before), after: parse(after) })));
  if (rows.length === 0) return out.line('No events.');
  for (const row of rows) out.line(line(row));
}

function line({ seq, at, who, what, subject, why, before, after }: TrailRow): string {
  const change = [before, after].map((text) =>
    text === null ? '-' : text.length > 100 ? `${text.slice(0, 99)}…` : text,
  );
  return `${pc.dim(String(seq).padStart(5))}  ${at}  ${pc.bold(inLine(who))}  ${what}  ${pc.cyan(inLine(subject))}${why ? `  "${inLine(why)}"` : ''}\n         ${pc.dim(`${change[0]} → ${change[1]}`)}`;
}

function headOf(text: string): TrailHead {
  const [seq, hash] = text.split(':');
  const parsed = TrailHead.safeParse({ seq: Number(seq), hash });
  if (parsed.success) return parsed.data;
  throw new OslerError('USAGE', `--head ${text.slice(0, 100)} is no end of a trail.`, {
    hint: 'As osler audit verify prints it: a number, a colon, 64 hex digits.',
  });
}
