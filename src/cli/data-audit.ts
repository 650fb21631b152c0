import { userInfo } from 'node:os';
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { auditDataset } from '../audit/audit-dataset.ts';
import { auditFolder, writeAudit } from '../audit/write.ts';
import { acceptLeaks, openDataset } from '../data/dataset.ts';
import type { DatasetRecord } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { auditLines } from './audit-output.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';

interface Flags {
  out?: string;
  acceptLeaks?: string;
  shortcut: boolean;
}

export function register(data: Command, { out, home, signal }: Context): void {
  data
    .command('audit')
    .description('look a dataset over: duplicates, label conflicts, leaks, odd groups, shortcuts, balance')
    .argument('<dataset>', 'NAME, or NAME@VERSION')
    .option('--out <dir>', 'where audit.json and audit.html go (default: with the version)')
    .option('--accept-leaks <reason>', 'use this version as it is although it leaks; who and why is recorded')
    .option('--no-shortcut', 'without the shortcut audit, which reads every image')
    .addHelpText(
      'after',
      `
Every finding says what training does about it by itself and which switch changes that. The page shows the images side by side.

Examples:
  osler data audit lesions
  osler data audit lesions@1 --no-shortcut --json
  osler data audit lesions@1 --accept-leaks "published split, to compare with papers"`,
    )
    .action(async (ref: string, flags: Flags) => {
      let dataset = await openDataset(home, ref);
      if (flags.acceptLeaks !== undefined) {
        await acceptVersion(home, dataset.record, flags.acceptLeaks);
        dataset = await openDataset(home, nameOf(dataset.record));
      }
      const { record } = dataset;
      const audit = await auditDataset(dataset, { shortcut: flags.shortcut }, { onProgress: out.progress, signal });
      const folder = flags.out === undefined ? auditFolder(home, record) : resolve(flags.out);
      const paths = await writeAudit(folder, audit, dataset, signal);
      out.line(
        `${pc.bold(nameOf(record))}  ${audit.samples} images, ${audit.classes.length} classes${record.stamps.map((stamp) => `  ${pc.red(`stamped ${stamp}`)}`).join('')}`,
      );
      out.line();
      for (const line of auditLines(audit)) out.line(line);
      out.line();
      out.line(`page ${pc.cyan(relative(process.cwd(), paths.page) || paths.page)}`);
      out.json({ ...audit, page: paths.page });
    });
}

/** Writes down that somebody takes a version's leaks on themselves. Throws USAGE where there are none. */
export async function acceptVersion(home: string, record: DatasetRecord, reason: string): Promise<void> {
  if (!record.stamps.includes('leaky')) {
    throw new OslerError('USAGE', `${nameOf(record)} does not leak: there is nothing to accept.`);
  }
  await acceptLeaks(home, record, { reason, by: userInfo().username });
}

function nameOf({ name, version }: DatasetRecord): string {
  return `${name}@${version}`;
}
