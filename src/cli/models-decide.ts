import type { Command } from 'commander';
import { versionComparison } from '../pipeline/evaluated/versions.ts';
import { approve, reject, retire } from '../registry/decide.ts';
import { versionName } from '../registry/names.ts';
import { loadPolicy } from '../registry/policy.ts';
import type { VersionRow } from '../store/registry/types.ts';
import { openStore } from '../store/store.ts';
import { actor } from './actor.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { evidenceLines, paintStatus, versionDocument } from './models-output.ts';

interface Options {
  reason: string;
  override?: string;
}

export function register(models: Command, ctx: Context): void {
  const reason = ['--reason <text>', 'why; kept in the audit trail'] as const;
  models
    .command('approve')
    .description('approve a version: checks it by the policy, stores the evidence, counts the approvals')
    .argument('<version>', 'skin@3')
    .requiredOption(...reason)
    .option('--override <reason>', 'why the policy is set aside where the version does not meet it; shown for ever')
    .addHelpText(
      'after',
      `
OSLER_HOME/registry/policy.yaml says what is asked for: bounds on the intervals of test metrics, no leaky stamp, not worse than the champion,
how many people, none of them the trainer. Without the file one person other than the trainer approves what does not leak.
Who approves is the account, or OSLER_USER where an account works for several people.

Examples:
  osler models approve skin@3 --reason "read the report, checked 40 cases by hand"
  osler models approve skin@3 --reason "urgent fix" --override "no second reader on duty; reviewed on Monday"`,
    )
    .action((version: string, options: Options) => approveVersion(version, options, ctx));
  models
    .command('reject')
    .description('reject a pending version, for ever')
    .argument('<version>', 'skin@3')
    .requiredOption(...reason)
    .addHelpText('after', '\nExamples:\n  osler models reject skin@3 --reason "misses melanomas below 4 mm"')
    .action((version: string, options: Options) => finish(version, options, reject, ctx));
  models
    .command('retire')
    .description('take a version out of use, for ever: it loses its aliases')
    .argument('<version>', 'skin@3')
    .requiredOption(...reason)
    .addHelpText('after', '\nExamples:\n  osler models retire skin@1 --reason "the camera it was made for is gone"')
    .action((version: string, options: Options) => finish(version, options, retire, ctx));
}

async function approveVersion(ref: string, options: Options, ctx: Context): Promise<void> {
  const { out, home, databaseUrl, artifacts } = ctx;
  const policy = loadPolicy(home);
  await using store = await openStore(home, databaseUrl, artifacts);
  const compare = versionComparison(store, ctx);
  const { version, evidence, approvers, needed, override } = await approve(store, actor(), ref, options, {
    policy,
    compare,
  });
  for (const line of evidenceLines(evidence)) out.line(line);
  if (override !== null) out.line(`  ${pc.red('policy overridden')}: ${override}`);
  const count = `${approvers.length} of ${needed} approvals`;
  out.line(
    version.status === 'approved'
      ? `${pc.cyan(versionName(version))} is ${paintStatus('approved')} (${count})`
      : `${pc.cyan(versionName(version))}: ${count}`,
  );
  if (version.status === 'approved') out.line(`  osler models alias ${versionName(version)} champion`);
  out.json({ ...versionDocument(version), approvers, needed, override, evidence });
}

async function finish(ref: string, { reason }: Options, end: typeof reject, ctx: Context): Promise<void> {
  const { out, home, databaseUrl, artifacts } = ctx;
  await using store = await openStore(home, databaseUrl, artifacts);
  const version: VersionRow = await end(store, actor(), ref, { reason });
  out.line(`${pc.cyan(versionName(version))} is ${paintStatus(version.status)}`);
  out.json(versionDocument(version));
}
