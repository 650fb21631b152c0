import type { Command } from 'commander';
import { OslerError } from '../errors.ts';
import { versionComparison } from '../pipeline/evaluated/versions.ts';
import { deleteAlias, type Moved, setAlias } from '../registry/aliases.ts';
import { CHAMPION, parseVersionRef, versionName } from '../registry/names.ts';
import { loadPolicy } from '../registry/policy.ts';
import { rollback } from '../registry/rollback.ts';
import { openStore } from '../store/store.ts';
import { actor } from './actor.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { versionDocument } from './models-output.ts';
import { wholeNumber } from './options.ts';

interface Options {
  reason?: string;
  override?: string;
  delete?: boolean;
}

export function register(models: Command, ctx: Context): void {
  models
    .command('alias')
    .description('give a version an alias (champion, challenger, any); whichever had it loses it')
    .argument('<version>', 'skin@3; with --delete only the model: skin')
    .argument('<alias>', 'letters, digits, dashes, underscores')
    .option('--reason <text>', 'why; kept in the audit trail')
    .option('--override <reason>', 'why the policy is set aside; shown for ever')
    .option('--delete', 'take the alias away instead')
    .addHelpText(
      'after',
      `
\`champion\` is what is live. It goes to approved versions only; where the policy asks for a comparison with the champion and the
champion has moved since the approval, they are compared again first.

Examples:
  osler models alias skin@3 champion --reason "approved on Tuesday's round"
  osler models alias skin@4 challenger
  osler models alias skin challenger --delete
  osler serve --bundle models:/skin@champion`,
    )
    .action((version: string, alias: string, options: Options) => alias_(version, alias, options, ctx));
  models
    .command('rollback')
    .description('give an alias back to the version that had it before')
    .argument('<model>', 'skin')
    .requiredOption('--reason <text>', 'why; kept in the audit trail')
    .option('--alias <alias>', 'which', CHAMPION)
    .option('--to <version>', 'this version instead of the one before', wholeNumber(1, 2 ** 31))
    .addHelpText(
      'after',
      '\nOnly approved versions; nothing is compared. Again goes further back, never to what was rolled back from. Two people who roll back at once do it once.\n\nExamples:\n  osler models rollback skin --reason "false alarms on ward 3 since the update"\n  osler models rollback skin --to 2 --reason "3 is worse on the new camera"',
    )
    .action((model: string, options: { reason: string; alias: string; to?: number }) => back(model, options, ctx));
}

async function alias_(ref: string, alias: string, options: Options, ctx: Context): Promise<void> {
  const { out, home, databaseUrl, artifacts } = ctx;
  const policy = loadPolicy(home);
  await using store = await openStore(home, databaseUrl, artifacts);
  if (options.delete) {
    const { model, version } = parseVersionRef(ref);
    if (version !== undefined) throw new OslerError('USAGE', `An alias is taken from a model: ${model}, not ${ref}.`);
    if (!(await deleteAlias(store, actor(), model, alias, { reason: options.reason })))
      throw new OslerError('NOT_FOUND', `${model} has no alias "${alias}".`, {
        hint: `osler models show ${model} shows them.`,
      });
    out.line(`${model} has no alias ${alias} any more`);
    return out.json({ model, alias, version: null });
  }
  const named = parseVersionRef(ref);
  // "The newest" is right for reading; what becomes live is named.
  if (named.version === undefined && named.alias === undefined) {
    const [newest] = await store.registry.versions(named.model);
    throw new OslerError('USAGE', `Which version of ${named.model} is to be ${alias}?`, {
      hint: `Name one: osler models alias ${named.model}@${newest?.version ?? 'N'} ${alias}; osler models show ${named.model} lists them.`,
    });
  }
  const moved = await setAlias(store, actor(), ref, alias, options, { policy, compare: versionComparison(store, ctx) });
  tell(moved, ctx);
}

async function back(
  model: string,
  options: { reason: string; alias: string; to?: number },
  ctx: Context,
): Promise<void> {
  const policy = loadPolicy(ctx.home);
  await using store = await openStore(ctx.home, ctx.databaseUrl, ctx.artifacts);
  tell(await rollback(store, actor(), model, options, { policy }), ctx);
}

function tell({ version, alias, from, override }: Moved, { out }: Context): void {
  const before = from === null || from === version.version ? '' : ` (before: ${version.model}@${from})`;
  out.line(`${pc.cyan(`${version.model}@${alias}`)} is ${versionName(version)}${before}`);
  if (override !== null) out.line(`  ${pc.red('policy overridden')}: ${override}`);
  out.json({
    model: version.model,
    alias,
    version: version.version,
    from,
    override,
    ...{ now: versionDocument(version) },
  });
}
