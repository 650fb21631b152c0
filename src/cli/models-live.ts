import type { Command } from 'commander';
import { OslerError } from '../errors.ts';
import { CHAMPION } from '../registry/names.ts';
import { type Live, liveAt } from '../registry/replay.ts';
import { openStore, type Store } from '../store/store.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { shortTime } from './models-output.ts';

export function register(models: Command, ctx: Context): void {
  models
    .command('live')
    .description('what was live at a moment, who put it there, and who had approved it')
    .option('--at <time>', 'ISO 8601 with its zone: 2026-03-01T12:00Z, 2026-03-01T13:00+01:00 (default: now)')
    .option('--alias <alias>', 'the alias that counts as live', CHAMPION)
    .option('--model <model>', 'this model alone')
    .addHelpText(
      'after',
      '\nRead from the audit trail, exact to the millisecond; osler audit verify says whether the trail is as it was written.\n\nExamples:\n  osler models live\n  osler models live --at 2026-03-01T12:00Z\n  osler models live --at 2026-03-01T12:00Z --model skin --json',
    )
    .action((options: { at?: string; alias: string; model?: string }) => live(options, ctx));
}

async function live(
  { at, alias, model }: { at?: string; alias: string; model?: string },
  { out, home, databaseUrl }: Context,
): Promise<void> {
  const moment = at === undefined ? null : momentOf(at);
  await using store = await openStore(home, databaseUrl);
  if (moment !== null) await refuseFuture(moment, store);
  // Above every time that is written in digits.
  const all = await liveAt(store.trail.rows(), moment ?? '~', alias);
  const found = all.filter((one) => model === undefined || one.model === model);
  out.json({ at: moment, alias, live: found.map(document) });
  if (found.length === 0) return out.line(`Nothing was live${at === undefined ? '' : ` at ${moment}`}.`);
  for (const one of found) for (const line of lines(one)) out.line(line);
}

function document({ model, version, since, override, rollback, standing }: Live) {
  const { approvals, registered, digest, source, run, status } = standing;
  return { model, version, since, rollback, override, status, digest, source, run, registered, approvals };
}

function lines({ model, version, since, override, rollback, standing }: Live): string[] {
  const why = since.why === null || since.why === '' ? '' : `: ${since.why}`;
  return [
    `${pc.bold(pc.cyan(`${model}@${version}`))}  since ${shortTime(since.at)}, ${rollback ? 'rolled back to' : 'put there'} by ${pc.bold(since.who)}${why}`,
    ...(override === null ? [] : [`  ${pc.red('policy overridden')}: ${override}`]),
    ...(standing.approvals.length === 0 ? [`  ${pc.yellow('approved by nobody')}`] : []),
    ...standing.approvals.flatMap((approval) => [
      `  approved ${shortTime(approval.at)} by ${pc.bold(approval.who)}${approval.why ? `: ${approval.why}` : ''}`,
      ...(approval.override === null
        ? []
        : [`    ${pc.red('policy overridden')}: ${approval.override} (${approval.failed.join('; ')})`]),
    ]),
    `  ${pc.dim(`registered ${shortTime(standing.registered.at)} by ${standing.registered.who}${standing.digest === null ? `, ${standing.source}` : `, bundle ${standing.digest.slice(0, 16)}`}`)}`,
  ];
}

/** As the trail writes times. Throws USAGE for one without a zone: whose noon would it be? Also for a day that no calendar has. */
function momentOf(text: string): string {
  const [, day, hour] =
    /^(\d{4}-\d{2}-\d{2})T(\d{2}):\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/.exec(text) ?? [];
  const moment = new Date(text);
  if (day !== undefined && Number(hour) < 24 && isDay(day) && !Number.isNaN(moment.getTime()))
    return moment.toISOString();
  throw new OslerError('USAGE', `--at ${text} is no moment.`, {
    hint: 'Give date, time and zone: 2026-03-01T12:00Z, or 2026-03-01T13:00+01:00.',
  });
}

/** Date takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** What is live then, nobody knows. The trail's clock may be ahead of this one. */
async function refuseFuture(moment: string, store: Store): Promise<void> {
  const [end] = await store.trail.read({ last: 1 });
  if (moment <= new Date().toISOString() || moment <= (end?.at ?? '')) return;
  throw new OslerError('USAGE', `--at ${moment} is still to come.`, { hint: 'What is live now: osler models live' });
}
