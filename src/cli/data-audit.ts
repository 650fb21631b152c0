import { relative } from 'node:path';
import type { Command } from 'commander';
import { auditDataset } from '../audit/audit-dataset.ts';
import { auditFolder, writeAudit } from '../audit/write.ts';
import { openDataset } from '../data/dataset.ts';
import { readMoves } from '../data/moves.ts';
import { resplitDataset } from '../data/resplit.ts';
import type { DatasetRecord } from '../data/sample.ts';
import type { Move } from '../data/split/mend.ts';
import { OslerError } from '../errors.ts';
import { acceptVersion } from '../pipeline/datasets/accept.ts';
import { outputFolder } from '../store/output.ts';
import { openStore } from '../store/store.ts';
import { actor } from './actor.ts';
import { auditLines } from './audit-output.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { movedLines } from './data-report.ts';
import { share } from './options.ts';

interface Flags {
  out?: string;
  acceptLeaks?: string;
  fix?: boolean;
  shortcut: boolean;
  intervalWidth: number;
}

export function register(data: Command, { out, home, databaseUrl, artifacts, signal }: Context): void {
  data
    .command('audit')
    .description('look a dataset over: duplicates, label conflicts, leaks, odd groups, shortcuts, balance')
    .argument('<dataset>', 'NAME, or NAME@VERSION')
    .option('--out <dir>', 'where audit.json and audit.html go (default: with the version)')
    .option('--fix', 'make the next version, in which nothing crosses the split any more, moving no more than it takes')
    .option('--accept-leaks <reason>', 'use this version as it is although it leaks; who and why is recorded')
    .option('--no-shortcut', 'without the shortcut audit, which reads every image')
    .option('--interval-width <w>', 'of 95% intervals: sample sizes are reckoned for it', share(0.01, 0.9), 0.1)
    .addHelpText(
      'after',
      `
Every finding says what training does about it by itself and which switch changes that. The page shows the images side by side.

Examples:
  osler data audit lesions
  osler data audit lesions@1 --no-shortcut --json
  osler data audit lesions --fix
  osler data audit lesions@1 --accept-leaks "published split, to compare with papers"`,
    )
    .action(async (ref: string, flags: Flags) => {
      if (flags.fix && flags.acceptLeaks !== undefined) {
        throw new OslerError('USAGE', '--fix and --accept-leaks exclude each other.', {
          hint: '--fix mends the split, --accept-leaks uses it as it is.',
        });
      }
      const chosen = flags.out === undefined ? undefined : await outputFolder(flags.out, '--out');
      let dataset = await openDataset(home, ref);
      let moved: Move[] = [];
      if (flags.fix) {
        const { name, version, stamps } = dataset.record;
        if (!stamps.includes('leaky')) {
          throw new OslerError('USAGE', `${name}@${version} does not leak: there is nothing to mend.`);
        }
        const mended = await resplitDataset(`${name}@${version}`, { mend: true }, { home, signal });
        dataset = await openDataset(home, nameOf(mended.record));
        moved = mended.moved;
      } else if (flags.acceptLeaks !== undefined) {
        await using store = await openStore(home, databaseUrl, artifacts);
        await acceptVersion(store, dataset.record, { ...actor(), reason: flags.acceptLeaks });
        dataset = await openDataset(home, nameOf(dataset.record));
      }
      const { record } = dataset;
      const audit = await auditDataset(
        dataset,
        { shortcut: flags.shortcut, moved: await readMoves(home, record), width: flags.intervalWidth },
        { home, onProgress: out.progress, signal },
      );
      const folder = chosen ?? auditFolder(home, record);
      const paths = await writeAudit(folder, audit, dataset, signal);
      out.line(
        `${pc.bold(nameOf(record))}  ${audit.samples} images, ${audit.classes.length} classes${record.stamps.map((stamp) => `  ${pc.red(`stamped ${stamp}`)}`).join('')}`,
      );
      for (const line of movedLines(moved)) out.line(line);
      out.line();
      for (const line of auditLines(audit)) out.line(line);
      out.line();
      out.line(`page ${pc.cyan(relative(process.cwd(), paths.page) || paths.page)}`);
      out.json({ ...audit, page: paths.page });
    });
}

function nameOf({ name, version }: DatasetRecord): string {
  return `${name}@${version}`;
}
