import { relative } from 'node:path';
import { auditDataset } from '../audit/audit-dataset.ts';
import { auditFolder, readAudit, writeAudit } from '../audit/write.ts';
import { openDataset } from '../data/dataset.ts';
import { readMoves } from '../data/moves.ts';
import type { DatasetRecord } from '../data/sample.ts';
import type { Move } from '../data/split/mend.ts';
import { findingLines } from './audit-output.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { splitTable } from './data-show.ts';
import { inLine } from './printable.ts';

/** Unreadable files that are named on the terminal. */
const LISTED = 10;

export interface Made extends DatasetRecord {
  unchanged: boolean;
  moved: readonly Move[];
  /** How the source was read. */
  notes: readonly string[];
  warnings?: readonly string[];
}

/**
 * Says what a new version holds, audits it (all but the shortcut audit, which would read every image once more) and says what was
 * found.
 */
export async function reportVersion(made: Made, { out, home, signal }: Context): Promise<void> {
  for (const note of made.notes) out.log(pc.dim(`· ${inLine(note)}`));
  for (const { reason, count, examples } of made.leftOut) {
    const some = inLine(examples.slice(0, 3).join(', '));
    out.log(pc.dim(`· ${count} left out, ${inLine(reason)}: ${some}${count > 3 ? '...' : ''}`));
  }
  for (const warning of made.warnings ?? []) out.warn(inLine(warning));
  for (const { id, reason } of made.unreadable.slice(0, LISTED)) out.warn(inLine(`unreadable ${id}: ${reason}`));
  const unreadable = made.unreadable.length;
  if (unreadable > 0) {
    out.warn(`${unreadable} unreadable files were left out${unreadable > LISTED ? '; the audit names them all' : ''}`);
  }
  const dataset = await openDataset(home, `${made.name}@${made.version}`);
  const known = made.unchanged ? await readAudit(home, made) : null;
  const audit =
    known ?? (await auditDataset(dataset, { shortcut: false, moved: await readMoves(home, made) }, { signal }));
  const folder = auditFolder(home, made);
  if (known === null) await writeAudit(folder, audit, dataset, signal);
  const page = `${folder}/audit.html`;

  out.line(summary(made));
  out.line();
  for (const line of splitTable(made)) out.line(line);
  for (const line of movedLines(made.moved)) out.line(line);
  out.line();
  for (const line of findingLines(audit)) out.line(line);
  out.line();
  out.line(`audit   ${pc.cyan(relative(process.cwd(), page) || page)}`);
  out.line(pc.dim(`        osler data audit ${made.name} also looks for shortcuts`));
  out.json({ ...document(made), leaks: made.leaks, moved: made.moved, findings: audit.findings, page });
}

/** What mending moved, in a few lines. */
export function movedLines(moved: readonly Move[]): string[] {
  if (moved.length === 0) return [];
  const ways = [...Map.groupBy(moved, ({ from, to }) => `${from} to ${to}`).entries()];
  return [
    '',
    `${pc.bold('mended')}  ${moved.length} of the images moved, all others stay: ${ways.map(([way, list]) => `${list.length} from ${way}`).join(', ')}`,
    ...moved.slice(0, 5).map(({ id, from, to }) => pc.dim(`        ${inLine(id)}: ${from} to ${to}`)),
    ...(moved.length > 5 ? [pc.dim(`        and ${moved.length - 5} more, in moved.json beside the manifest`)] : []),
  ];
}

function document({
  name,
  version,
  samples,
  classes,
  splits,
  unreadable,
  excluded,
  digest,
  parent,
  stamps,
  leaks,
  unchanged,
}: Made) {
  return { name, version, samples, classes, splits, unreadable, excluded, digest, parent, stamps, leaks, unchanged };
}

function summary(made: Made): string {
  const what = `${pc.bold(`${made.name}@${made.version}`)}`;
  if (made.unchanged) return `${what} nothing changed; no new version was made`;
  const out = Object.values(made.excluded).reduce((sum, n) => sum + n, 0);
  const kept = out === 0 ? '' : `, ${out} left out of training`;
  const stamped = made.stamps.map((stamp) => `  ${pc.red(`stamped ${stamp}`)}`).join('');
  return `${what} ${made.samples} images, ${made.classes.length} classes${kept}${difference(made)}${stamped}`;
}

export function difference({ parent }: DatasetRecord): string {
  if (parent === null) return '';
  return `; since version ${parent.version}: ${parent.added} added, ${parent.removed} removed, ${parent.changed} changed`;
}
