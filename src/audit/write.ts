import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../data/sample.ts';
import { writeFileAtomic } from '../store/files.ts';
import { datasetDir } from '../store/paths.ts';
import { Audit } from './audit.ts';
import { auditPage } from './page/page.ts';

export const AUDIT_FILES = { json: 'audit.json', page: 'audit.html' } as const;

/** Where the audit of a version lies unless another place is named. */
export function auditFolder(home: string, { name, version }: { name: string; version: number }): string {
  return join(datasetDir(home, name, version), 'audit');
}

/** Writes audit.json and audit.html into `folder` (made when absent), each whole or not at all. Answers their paths. */
export async function writeAudit(
  folder: string,
  audit: Audit,
  dataset: Dataset,
  signal?: AbortSignal,
): Promise<{ json: string; page: string }> {
  const paths = { json: join(folder, AUDIT_FILES.json), page: join(folder, AUDIT_FILES.page) };
  await writeFileAtomic(paths.page, await auditPage(audit, dataset, signal));
  // Last: where it lies, the audit is whole.
  await writeFileAtomic(paths.json, `${JSON.stringify(Audit.parse(audit), null, 1)}\n`);
  return paths;
}

/** The audit of a version that was made before; null where there is none, or one of another form. */
export async function readAudit(home: string, of: { name: string; version: number }): Promise<Audit | null> {
  const text = await readFile(join(auditFolder(home, of), AUDIT_FILES.json), 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = Audit.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
