import type { Command } from 'commander';
import { diffVersions } from '../registry/diff.ts';
import { findVersion, parseVersionRef, versionName } from '../registry/names.ts';
import { openStore } from '../store/store.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { tableLines } from './table.ts';

export function register(models: Command, ctx: Context): void {
  models
    .command('diff')
    .description('what differs between two versions: lineage, recipe, metrics, what they decide by')
    .argument('<first>', 'skin@champion')
    .argument('<second>', 'skin@3')
    .addHelpText(
      'after',
      '\nMetrics of other test samples do not compare; osler compare models:/skin/2 models:/skin/3 asks both the same.\n\nExamples:\n  osler models diff skin@champion skin@3\n  osler models diff skin@2 skin@3 --json',
    )
    .action((first: string, second: string) => diff(first, second, ctx));
}

async function diff(first: string, second: string, { out, home, databaseUrl, artifacts }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl, artifacts);
  const a = await findVersion(store.registry, parseVersionRef(first));
  const b = await findVersion(store.registry, parseVersionRef(second));
  const differences = await diffVersions(store, a, b);
  out.json({ first: versionName(a), second: versionName(b), differences });
  if (differences.length === 0) return out.line(`${versionName(a)} and ${versionName(b)} do not differ.`);
  const lines = tableLines(differences, [
    { title: '', cell: ({ key }) => key, max: 48 },
    { title: versionName(a), cell: ({ first: value }) => value ?? '-', paint: pc.red, max: 60 },
    { title: versionName(b), cell: ({ second: value }) => value ?? '-', paint: pc.green, max: 60 },
  ]);
  for (const line of lines) out.line(line);
}
