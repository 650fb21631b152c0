import type { Command } from 'commander';
import { OslerError } from '../errors.ts';
import {
  type AskedSpec,
  type AskedVariant,
  changeDeployment,
  createDeployment,
  needWhy,
  rollbackDeployment,
} from '../pipeline/deployments/manage.ts';
import { openStore } from '../store/store.ts';
import { actor } from './actor.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { deploymentDocument, deploymentLines } from './deploy-output.ts';
import { collect, wholeNumber } from './options.ts';

interface Options {
  shadow: string[];
  shadows?: boolean;
  sticky?: string;
  maxBatch?: number;
  maxDelay?: number;
  concurrency?: number;
  queue?: number;
  deadline?: number;
  keepDays?: number;
  keepAnswers?: number;
  keepAll?: boolean;
  override?: string;
  reason?: string;
}

export function register(deploy: Command, ctx: Context): void {
  withOptions(
    deploy
      .command('create')
      .description('make a deployment of registered versions')
      .argument('<name>', 'how clients name it')
      .argument('<version...>', 'skin@3, skin@champion, or several with weights: skin@3=90 skin@4=10'),
  )
    .addHelpText(
      'after',
      `
A version named by alias follows it: a server takes the version that the alias names within half a second, without dropping a request.
Versions must be approved; a shadow may be pending. A key (patient, session) stays with its variant as long as the shares stay.

Examples:
  osler deploy create derma skin@champion --reason "first release"
  osler deploy create derma skin@3=90 skin@4=10 --shadow skin@5 --sticky patient
  osler serve --deployment derma`,
    )
    .action((name: string, versions: string[], options: Options) => create(name, versions, options, ctx));
  withOptions(
    deploy
      .command('set')
      .description('put another revision of a deployment in force; what is not named stays')
      .argument('<name>')
      .argument('[version...]', 'the live versions with their weights: skin@3=50 skin@4=50'),
  )
    .option('--no-shadows', 'end all shadows')
    .addHelpText(
      'after',
      '\nExamples:\n  osler deploy set derma skin@3=50 skin@4=50 --reason "even, for the comparison"\n  osler deploy set derma --shadow skin@5\n  osler deploy set derma --queue 32 --deadline 2000',
    )
    .action((name: string, versions: string[], options: Options) => set(name, versions, options, ctx));
  deploy
    .command('rollback')
    .description('go back to what was in force before: a canary ends, or the last other revision comes back')
    .argument('<name>')
    .requiredOption('--reason <text>', 'why; kept in the audit trail')
    .option('--to <revision>', 'this revision instead', wholeNumber(1, 2 ** 31))
    .addHelpText(
      'after',
      '\nA rollback after a rollback goes further back. Servers follow within half a second.\n\nExamples:\n  osler deploy rollback derma --reason "false alarms on ward 3"\n  osler deploy rollback derma --to 4 --reason "5 and 6 are slow"',
    )
    .action((name: string, options: { reason: string; to?: number }) => back(name, options, ctx));
  deploy
    .command('delete')
    .description('end a deployment; its revisions and predictions stay')
    .argument('<name>')
    .requiredOption('--reason <text>', 'why; kept in the audit trail')
    .addHelpText('after', '\nExamples:\n  osler deploy delete derma --reason "replaced by derma2"')
    .action(async (name: string, { reason }: { reason: string }) => {
      await using store = await openStore(ctx.home, ctx.databaseUrl);
      await store.deployments.delete(actor(), name, needWhy(reason));
      ctx.out.line(`${pc.cyan(name)} is no deployment any more`);
      ctx.out.json({ name, deleted: true });
    });
}

function withOptions(command: Command): Command {
  return command
    .option('--shadow <version>', 'answers too, and its answers are only written down; may be given again', collect, [])
    .option('--sticky <what>', "what a request's key means: patient, session or request")
    .option('--max-batch <n>', 'images computed together at most', wholeNumber(1, 64))
    .option('--max-delay <ms>', 'how long an image may wait for others to be computed with', wholeNumber(0, 1_000))
    .option('--concurrency <n>', 'requests under way at once', wholeNumber(1, 1_024))
    .option('--queue <n>', 'requests that may wait; more get 429', wholeNumber(0, 100_000))
    .option('--deadline <ms>', 'a request that would wait longer is refused', wholeNumber(1, 600_000))
    .option('--keep-days <n>', 'answers older than this leave the log, with their feedback', wholeNumber(1, 36_500))
    .option('--keep-answers <n>', 'so many of the newest answers stay in the log', wholeNumber(0, 2 ** 31))
    .option('--keep-all', 'keep the whole log (the default)')
    .option(
      '--override <reason>',
      'why versions that are not approved, or not of the same classes, may answer; shown for ever',
    )
    .option('--reason <text>', 'why; kept in the audit trail');
}

async function create(name: string, versions: string[], options: Options, ctx: Context): Promise<void> {
  await using store = await openStore(ctx.home, ctx.databaseUrl);
  const row = await createDeployment(store, name, specOf(versions, options), by(options));
  ctx.out.json(deploymentDocument(row));
  for (const line of deploymentLines(row)) ctx.out.line(line);
  ctx.out.line(`  osler serve --deployment ${name}`);
}

async function set(name: string, versions: string[], options: Options, ctx: Context): Promise<void> {
  const asked = specOf(versions, options);
  if (Object.keys(asked).length === 0) throw new OslerError('USAGE', 'Nothing to change was named.');
  await using store = await openStore(ctx.home, ctx.databaseUrl);
  const row = await changeDeployment(store, name, asked, by(options));
  ctx.out.json(deploymentDocument(row));
  for (const line of deploymentLines(row)) ctx.out.line(line);
}

async function back(name: string, { reason, to }: { reason: string; to?: number }, ctx: Context): Promise<void> {
  await using store = await openStore(ctx.home, ctx.databaseUrl);
  const row = await rollbackDeployment(store, name, { actor: actor(), why: needWhy(reason) }, to);
  ctx.out.json(deploymentDocument(row));
  for (const line of deploymentLines(row)) ctx.out.line(line);
}

const by = ({ reason }: Options) => ({ actor: actor(), why: reason === undefined ? null : needWhy(reason) });

function specOf(versions: readonly string[], options: Options): AskedSpec {
  const { shadow, shadows, sticky, override } = options;
  const limits = Object.fromEntries(
    Object.entries({
      maxBatch: options.maxBatch,
      maxDelayMs: options.maxDelay,
      concurrency: options.concurrency,
      queue: options.queue,
      deadlineMs: options.deadline,
    }).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
  const { keepDays, keepAnswers, keepAll = false } = options;
  const keep = {
    ...(keepAll ? { days: null, answers: null } : {}),
    ...(keepDays === undefined ? {} : { days: keepDays }),
    ...(keepAnswers === undefined ? {} : { answers: keepAnswers }),
  };
  return {
    ...(versions.length === 0 ? {} : { live: versions.map(weighted) }),
    ...(shadow.length > 0 ? { shadows: shadow } : shadows === false ? { shadows: [] } : {}),
    ...(sticky === undefined ? {} : { sticky }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(Object.keys(keep).length === 0 ? {} : { keep }),
    ...(override === undefined ? {} : { override: needWhy(override) }),
  };
}

/** `skin@3=90`; without a weight it is 1. Throws USAGE. */
function weighted(text: string): AskedVariant {
  const at = text.lastIndexOf('=');
  if (at < 0) return { model: text, weight: 1 };
  const weight = Number(text.slice(at + 1));
  if (at > 0 && Number.isFinite(weight) && weight > 0) return { model: text.slice(0, at), weight };
  throw new OslerError('USAGE', `"${text}" is not VERSION=WEIGHT, with a weight above 0.`, {
    hint: 'Like skin@3=90.',
  });
}
