import { existsSync, readdirSync } from 'node:fs';
import type { Command } from 'commander';
import { trackingEnvironment } from '../config/environment.ts';
import { OslerError } from '../errors.ts';
import { runDir, runsDir } from '../store/paths.ts';
import { openStore } from '../store/store.ts';
import { spooledTargets } from '../tracking/open.ts';
import { type Synced, syncRun } from '../tracking/sync.ts';
import { isLocked, lockRun } from '../training/lock.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { tableLines } from './table.ts';

export function registerSync(tracking: Command, context: Context): void {
  tracking
    .command('sync')
    .description('Send to MLflow and W&B what did not reach them while runs were trained.')
    .argument('[runs...]', 'ids, beginnings of ids, or names; all when none is named')
    .option('--dry-run', 'only say what is unsent')
    .addHelpText(
      'after',
      `
A run that is being trained is left alone: its own process sends. What has arrived counts once, however often it is sent.
Credentials are read from MLFLOW_TRACKING_TOKEN, MLFLOW_TRACKING_USERNAME and _PASSWORD, and WANDB_API_KEY.
Runs of W&B's offline mode lie in OSLER_HOME/runs/ID/wandb; W&B's own command sends them: wandb sync FOLDER.

Examples:
  osler tracking sync --dry-run
  osler tracking sync
  osler tracking sync 3fa2c1 --json
Exit codes: 0 all is sent, 1 something is still unsent, 2 wrong usage, 130 interrupted.`,
    )
    .action((references: string[], options: { dryRun?: boolean }) =>
      sync(references, options.dryRun ?? false, context),
    );
}

type Line = Synced & { run: string };

async function sync(references: string[], dryRun: boolean, { out, home, databaseUrl, signal }: Context): Promise<void> {
  const ids = await chosen(references, home, databaseUrl);
  const lines: Line[] = [];
  const busy: string[] = [];
  for (const id of ids) {
    const folder = runDir(home, id);
    if (spooledTargets(folder).length === 0) continue;
    if (isLocked(folder)) {
      busy.push(id);
      continue;
    }
    const free = dryRun ? () => undefined : await lockRun(folder);
    try {
      const deps = { access: trackingEnvironment(), send: !dryRun, onProgress: out.progress, signal };
      for (const synced of await syncRun(folder, deps)) lines.push({ run: id, ...synced });
    } finally {
      free();
    }
  }
  out.json({ dryRun, runs: lines, beingTrained: busy });
  tell(lines, busy, out);
  const unsent = lines.filter(({ left }) => left > 0);
  if (dryRun || unsent.length === 0) return;
  throw new OslerError('REMOTE_FAILED', `${unsent.length} of ${lines.length} are not wholly sent.`, {
    hint: `${unsent[0]!.problem ?? 'It stopped before the end'}. Nothing is lost: run the command again.`,
  });
}

function tell(lines: Line[], busy: string[], out: Context['out']): void {
  for (const id of busy) out.log(`${id.slice(0, 12)} is being trained: its own process sends.`);
  if (lines.length === 0) {
    out.line('No run has anything to send.');
    return;
  }
  const table = tableLines(lines, [
    { title: 'run', cell: ({ run }) => run.slice(0, 12) },
    { title: 'tracker', cell: ({ tracker }) => tracker },
    { title: 'sent', cell: ({ sent }) => size(sent), align: 'right' },
    {
      title: 'unsent',
      cell: ({ left }) => size(left),
      align: 'right',
      paint: (text, { left }) => (left > 0 ? pc.yellow(text) : text),
    },
    { title: 'refused', cell: ({ refused }) => String(refused), align: 'right' },
    { title: 'remark', cell: (line) => remark(line) },
  ]);
  for (const line of table) out.line(line);
}

function remark({ run, problem, refusedFile, remoteId }: Line): string {
  if (problem !== null) return problem;
  if (refusedFile !== null) return `what was refused, and why: ${refusedFile}`;
  return remoteId !== null && remoteId !== run ? `it is run ${remoteId} there` : '';
}

const size = (bytes: number): string =>
  bytes === 0 ? '0' : bytes < 1000 ? `${bytes} B` : `${Math.round(bytes / 1000)} kB`;

async function chosen(references: string[], home: string, databaseUrl: string | undefined): Promise<string[]> {
  if (references.length === 0) return existsSync(runsDir(home)) ? readdirSync(runsDir(home)).sort() : [];
  await using store = await openStore(home, databaseUrl);
  return await Promise.all(references.map(async (reference) => (await store.runs.get(reference)).id));
}
