import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { processEnvironment } from '../config/environment.ts';
import { OslerError } from '../errors.ts';
import { type BackupResult, backUp } from '../pipeline/backup.ts';
import { collectGarbage, type Freed } from '../pipeline/collect-garbage.ts';
import { restoreHome } from '../pipeline/restore-home.ts';
import { outputFolder } from '../store/output.ts';
import { openStore } from '../store/store.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';

const ENGINES = `
The store is a SQLite file in OSLER_HOME, or a PostgreSQL database where OSLER_DATABASE_URL names one
(postgresql://user:password@host:5432/database). Files (images, runs, bundles) are in OSLER_HOME either way.`;

const OBJECT_STORES = `
A training records its artifacts on disk, and osler train pushes them when it has ended; this brings what could not be sent then.
One that was broken off goes on where it stopped. Credentials come from where the provider's own tools take them.`;

export function register(program: Command, ctx: Context): void {
  const store = program
    .command('store')
    .description('Look after the store: check, back up, restore, move, free space.')
    .addHelpText(
      'after',
      '\nExamples:\n  osler store check\n  osler store backup /mnt/backup/osler\n  osler store gc --dry-run',
    );
  store
    .command('migrate')
    .description('bring the store to the schema of this version (every command does, when it opens it)')
    .addHelpText(
      'after',
      `${ENGINES}\n\nExamples:\n  osler store migrate\n  OSLER_DATABASE_URL=postgresql://osler@localhost/osler osler store migrate`,
    )
    .action(() => migrate(ctx));
  store
    .command('check')
    .description('look for damage: pages, references, records, the run.json beside each run, artifacts')
    .option('--content', 'read every artifact and compare it with its sha256, not only its size')
    .addHelpText(
      'after',
      '\nExits with 1 when something is wrong.\n\nExamples:\n  osler store check\n  osler store check --content --json',
    )
    .action((options: { content?: boolean }) => check(options.content ?? false, ctx));
  store
    .command('backup')
    .description('copy rows and files to a folder; into an earlier backup only what is new')
    .argument('<folder>', 'a new or empty folder, or one with an earlier backup')
    .addHelpText(
      'after',
      '\nMay run while others train. The copy holds the images and the signing keys: keep it as safe as the store.\nCaches, downloaded weights and logs are left out.\n\nExamples:\n  osler store backup /mnt/backup/osler\n  osler store backup ../monday --json',
    )
    .action(async (folder: string) => backup(await outputFolder(folder, 'The backup'), ctx));
  store
    .command('restore')
    .description('write a backup into an empty store, on either engine')
    .argument('<folder>', 'what osler store backup made')
    .addHelpText(
      'after',
      '\nEvery file is checked before anything appears.\n\nExamples:\n  OSLER_HOME=/srv/osler osler store restore /mnt/backup/osler',
    )
    .action((folder: string) => restoreFrom(resolve(folder), ctx));
  store
    .command('move')
    .description('copy all rows to the other engine: from SQLite to PostgreSQL, or back')
    .argument('<target>', "a PostgreSQL database's URL, or sqlite")
    .addHelpText(
      'after',
      `${ENGINES}\nThe rows stay where they were, too. Files are not touched.\n\nExamples:\n  osler store move postgresql://osler@localhost/osler\n  OSLER_DATABASE_URL=postgresql://osler@localhost/osler osler store move sqlite`,
    )
    .action((target: string) => move(target, ctx));
  store
    .command('gc')
    .description(
      'free the space of deleted runs, of their artifacts, of images that no dataset names, and of answers that no deployment keeps',
    )
    .option('--dry-run', 'only say how much it would be')
    .addHelpText('after', '\nExamples:\n  osler store gc --dry-run\n  osler store gc')
    .action((options: { dryRun?: boolean }) => gc(options.dryRun ?? false, ctx));
  store
    .command('push')
    .description('bring artifacts from this disk to the object store that OSLER_ARTIFACTS names')
    .addHelpText(
      'after',
      `${OBJECT_STORES}\n\nExamples:\n  OSLER_ARTIFACTS=s3://bucket/osler osler store push\n  OSLER_ARTIFACTS='s3://osler?endpoint=http://127.0.0.1:9000' osler store push\n  OSLER_ARTIFACTS=gs://bucket/osler osler store push --json`,
    )
    .action(() => push(ctx));
}

async function migrate({ home, databaseUrl, out }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  out.line(`${store.engine.where} is up to date`);
  out.json({ engine: store.engine.kind, where: store.engine.where });
}

async function check(content: boolean, { home, databaseUrl, out }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const problems: string[] = [];
  let artifacts = { contents: 0, bytes: 0, elsewhere: 0 };
  for await (const problem of store.check()) {
    problems.push(problem);
    out.line(`${pc.red('✗')} ${problem}`);
  }
  const contents = store.artifacts.check({ content });
  for (let next = await contents.next(); ; next = await contents.next()) {
    if (next.done === true) {
      artifacts = next.value;
      break;
    }
    problems.push(next.value);
    out.line(`${pc.red('✗')} ${next.value}`);
  }
  const experiments = [...(await store.experiments.list()), ...(await store.experiments.list({ deleted: true }))];
  const runs = await store.search.count({ experimentIds: experiments.map(({ id }) => id) });
  if (problems.length === 0)
    out.line(
      `${pc.green('✓')} ${store.engine.where}: ${runs} runs, ${artifacts.contents} artifacts (${size(artifacts.bytes)}), nothing wrong${artifacts.elsewhere > 0 ? ' with what lies here' : ''}`,
    );
  if (artifacts.elsewhere > 0)
    out.line(
      `${pc.yellow('!')} ${artifacts.elsewhere} artifacts were not looked at, of runs without a folder here: run osler store check on the machines that trained them. Where there are none, they are lost.`,
    );
  out.json({ engine: store.engine.kind, runs, artifacts, problems });
  if (problems.length === 0) return;
  throw new OslerError(
    'STORE_FAILED',
    `${problems.length} thing${problems.length === 1 ? ' is' : 's are'} wrong with the store.`,
    {
      hint: 'Keep a copy of it as it is; then restore a backup into a new OSLER_HOME: osler store restore --help',
    },
  );
}

async function backup(folder: string, { home, databaseUrl, out, signal }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const result = await backUp(store, folder, processEnvironment().version, { onProgress: out.progress, signal });
  tell(out, `backed up to ${relative(process.cwd(), folder) || folder}`, result);
  out.json({ folder, ...result });
}

async function restoreFrom(folder: string, { home, databaseUrl, out, signal }: Context): Promise<void> {
  const result = await restoreHome(home, databaseUrl, folder, { onProgress: out.progress, signal });
  tell(out, `restored to ${relative(process.cwd(), home) || home}`, result);
  out.json({ home, files: result.files, bytes: result.bytes });
}

async function move(target: string, { home, databaseUrl, out }: Context): Promise<void> {
  if (target === 'sqlite' && databaseUrl === undefined) {
    throw new OslerError('USAGE', 'The store is on SQLite already.', {
      hint: 'Name the database to move from in OSLER_DATABASE_URL.',
    });
  }
  // It is not repeated: it may hold a password.
  if (target !== 'sqlite' && !/^postgres(ql)?:/.test(target))
    throw new OslerError('USAGE', 'The target is neither sqlite nor the address of a PostgreSQL database.', {
      hint: 'Such an address looks like postgresql://user:password@host:5432/database',
    });
  await using from = await openStore(home, databaseUrl);
  await using to = await openStore(home, target === 'sqlite' ? undefined : target);
  if (from.engine.where === to.engine.where)
    throw new OslerError('USAGE', `Source and target are the same: ${to.engine.where}.`);
  const counts = await to.load(from.dump()).catch((error: unknown) => {
    if (target !== 'sqlite' || !(error instanceof OslerError) || error.code !== 'ALREADY_EXISTS') throw error;
    // Another OSLER_HOME would lack the files.
    throw new OslerError('ALREADY_EXISTS', error.message, {
      hint: `Rows only move into an empty store. Those of ${to.engine.where} stayed there when they were moved: put that file aside, and those beside it that begin with its name; then move again.`,
    });
  });
  out.line(
    `${counts.runs} runs, ${counts.metrics} metric values, ${counts.artifacts} artifacts: ${from.engine.where} → ${to.engine.where}`,
  );
  out.line(
    target === 'sqlite'
      ? 'Unset OSLER_DATABASE_URL to work with it.'
      : 'Set OSLER_DATABASE_URL to this address to work with it.',
  );
  out.json({ from: from.engine.where, to: to.engine.where, ...counts });
}

async function gc(dryRun: boolean, { home, databaseUrl, artifacts: address, out }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl, address);
  const garbage = await collectGarbage(store, { dryRun });
  const words = ({ files, bytes }: Freed): string => `${files} files, ${size(bytes)}`;
  const { runs, objects, artifacts } = garbage;
  const bytes = runs.bytes + objects.bytes + artifacts.bytes;
  out.line(`${dryRun ? 'would free' : 'freed'} ${size(bytes)}`);
  out.line(`  deleted runs ${words(runs)}; their artifacts ${words(artifacts)}; images ${words(objects)}`);
  if (garbage.answers > 0) out.line(`  answers that their deployments do not keep: ${garbage.answers}`);
  if (artifacts.left > 0) out.warn(`${artifacts.left} artifacts could not be removed: ${artifacts.problem}`);
  out.json({ dryRun, bytes, ...garbage });
}

async function push({ home, databaseUrl, artifacts, out, signal }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl, artifacts);
  const pushed = await store.artifacts.push({ signal, onProgress: out.progress });
  out.line(`${pushed.contents} artifacts, ${size(pushed.bytes)} → ${pushed.to}`);
  if (pushed.elsewhere > 0) out.line(`${pushed.elsewhere} lie on other machines: osler store push there.`);
  out.json(pushed);
}

function tell(out: Context['out'], what: string, { files, bytes, reused }: BackupResult): void {
  out.line(`${what}: ${files} files, ${size(bytes)}${reused > 0 ? `, ${reused} of them from the backup before` : ''}`);
}

function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
