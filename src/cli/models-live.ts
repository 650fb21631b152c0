import type { Command } from 'commander';
import { OslerError } from '../errors.ts';
import { type LiveDeployment, whatWasLive } from '../pipeline/deployments/live.ts';
import { CHAMPION } from '../registry/names.ts';
import type { Live } from '../registry/replay.ts';
import { openStore } from '../store/store.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { shortTime, time } from './models-output.ts';
import { inLine } from './printable.ts';

export function register(models: Command, ctx: Context): void {
  models
    .command('live')
    .description('what was live at a moment, in deployments too; who put it there, and who had approved it')
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
  const moment = at === undefined ? undefined : momentOf(at);
  await using store = await openStore(home, databaseUrl);
  const all = await whatWasLive(store, { alias, ...(moment === undefined ? {} : { at: moment }) });
  const found = all.models.filter((one) => model === undefined || one.model === model);
  const deployments = all.deployments.filter(
    ({ members }) => model === undefined || members.some((member) => member.model === model),
  );
  const told = found.length > 0 || deployments.length > 0;
  if (model !== undefined && !told && (await store.trail.read({ model, last: 1 })).length === 0)
    throw new OslerError('NOT_FOUND', `There never was a registered model "${model}".`, {
      hint: 'List them: osler models list',
    });
  out.json({ at: all.at, alias, live: found.map(document), deployments: deployments.map(deploymentDocument) });
  if (found.length === 0) {
    const had = moment === undefined ? 'has' : 'had';
    out.line(
      deployments.length === 0
        ? `Nothing ${moment === undefined ? 'is live' : `was live at ${moment}`}.`
        : `No version ${had} the alias ${alias}${moment === undefined ? '' : ` at ${moment}`}.`,
    );
  }
  for (const one of found) for (const line of lines(one)) out.line(line);
  for (const one of deployments) for (const line of deploymentLines(one)) out.line(line);
}

function deploymentDocument({ revision, ...rest }: LiveDeployment) {
  return { ...rest, revision: { ...revision, at: time(revision.at) } };
}

/** Who answered in a deployment then: versions, whatever they were named by. */
function deploymentLines({ name, members, revision, override }: LiveDeployment): string[] {
  const shares = members.map(({ name: member, model, version, role, share }) => {
    const own = version === null ? `${member} (which named none)` : `${model}@${version}`;
    const by = version === null || member === own ? '' : ` as ${member}`;
    const part =
      role === 'shadow' ? 'shadow' : `${Number((share * 100).toFixed(1))}%${role === 'canary' ? ' canary' : ''}`;
    return `${own} ${part}${by}`;
  });
  const why = revision.why === null ? '' : `: ${inLine(revision.why)}`;
  return [
    `${pc.bold(pc.cyan(`deployment ${name}`))}  ${shares.join(', ')}`,
    `  revision ${revision.number} since ${shortTime(time(revision.at))}, ${revision.what} by ${pc.bold(inLine(revision.who))}${why}`,
    ...(override === null ? [] : [`  ${pc.red('checks overridden')}: ${inLine(override)}`]),
  ];
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
